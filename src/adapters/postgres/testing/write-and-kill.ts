import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * Writes to the embedded database of `dataDir` in a process of its own, one key after the other from `first`, kills that
 * after `count` more, and gives the last key it acknowledged; the one after it may be there or not. `whileRunning` is
 * called once it writes. Rejects when it ended by itself, as when the database does not open.
 */
export async function writeAndKill(
  dataDir: string,
  { first, count }: { readonly first: number; readonly count: number },
  whileRunning: (pid: number) => Promise<void> = async () => {},
): Promise<number> {
  const program = join(import.meta.dirname, 'write-and-wait.ts')
  const writer = spawn(process.execPath, [program, dataDir, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(writer, 'exit')
  let last = first
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Number(line)
    if (last === first + 1) await whileRunning(writer.pid ?? 0)
    if (last >= first + count) writer.kill('SIGKILL')
  }
  const [, signal] = (await gone) as [number | null, NodeJS.Signals | null]
  if (signal !== 'SIGKILL') throw new Error(`It ended by itself after key ${last}.`)
  return last
}
