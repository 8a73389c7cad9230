import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A PostgreSQL that lives as long as the process that started it. */
export interface TestServer {
  /** Its `postgres` database, as an owner of everything. */
  readonly url: string
  readonly directory: string
  /** Until it was halted. */
  readonly postmaster: number
  /** Stops it as an administrator does, whoever is connected; resolves when it has ended. */
  halt(): Promise<void>
  /** Starts it again where it was; resolves when it accepts connections. */
  resume(): Promise<void>
  /** For good; nothing of it is left. */
  stop(): Promise<void>
}

/** Starts a PostgreSQL of the oldest supported version; the embedded engine is of the newest. However this process ends, nothing of it is left. */
export async function startServer(settings: readonly string[] = []): Promise<TestServer> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'postgres-keeper.ts'), ...settings], {
    // A group of its own: what kills the test runner's group must not kill what cleans up after it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  keeper.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const gone = once(keeper, 'exit')
  const lines = createInterface({ input: keeper.stdout })
  const first = await Promise.race([once(lines, 'line'), gone.then(() => undefined)])
  if (!first) throw new Error(`PostgreSQL for the tests did not start: ${complaint}`)
  const ready = JSON.parse(String(first[0])) as Pick<TestServer, 'url' | 'directory' | 'postmaster'>
  const order = async (word: 'halt' | 'resume') => {
    const done = once(lines, 'line')
    keeper.stdin.write(`${word}\n`)
    if (!(await Promise.race([done, gone.then(() => undefined)])))
      throw new Error(`PostgreSQL did not ${word}: ${complaint}`)
  }
  return {
    ...ready,
    halt: () => order('halt'),
    resume: () => order('resume'),
    async stop() {
      keeper.stdin.end()
      await gone
    },
  }
}
