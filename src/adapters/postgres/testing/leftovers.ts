import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every server has a directory of its own under the system's temporary one, named like this. */
export const directoryPrefix = 'parley-test-postgres-'
/** In it, the process that will remove it. */
export const ownerFile = 'owner.pid'

/** Removes what earlier runs left that could not clean up after themselves. */
export function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(directoryPrefix)) continue
    const directory = join(tmpdir(), name)
    const owner = readPid(join(directory, ownerFile))
    // Without an owner it is being made just now.
    if (owner === undefined || isAlive(owner)) continue
    stopPostmaster(directory)
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

function stopPostmaster(directory: string): void {
  const postmaster = readPid(join(directory, 'data', 'postmaster.pid'))
  if (postmaster === undefined || !commandOf(postmaster).includes(directory)) return
  process.kill(postmaster, 'SIGQUIT')
}

/** The number may long belong to another program; without /proc nobody is stopped. */
function commandOf(pid: number): string {
  const path = `/proc/${pid}/cmdline`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

export function readPid(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
  return Number.isInteger(pid) && pid > 0 ? pid : undefined
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
