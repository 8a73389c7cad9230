import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10

/** Processor time of a process and of its children that live, in milliseconds; 0 where the system does not tell. */
export function cpuMsOf(parent: number): number {
  let ticks = 0
  for (const name of readProcesses()) {
    const fields = statOf(name)
    if (fields && (Number(name) === parent || Number(fields[1]) === parent))
      ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * tickMs
}

function readProcesses(): readonly string[] {
  try {
    return readdirSync('/proc').filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** The fields after the process's name, which may hold spaces; undefined when it has ended meanwhile. */
function statOf(pid: string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
