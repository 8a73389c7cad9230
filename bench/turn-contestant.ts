import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Report } from './turn-report.ts'

const compiled = join(import.meta.dirname, '../node_modules/.cache/node')

/** A program of its own that takes part in a bench. */
export interface Contestant {
  /** Where it listens. */
  readonly url: string
  report(): Promise<Report>
  stop(): Promise<void>
}

/** Starts `bench/turn-NAME.ts`; rejects with what it complained about when it ends before it is up. */
export async function startContestant(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<Contestant> {
  const child = fork(join(import.meta.dirname, `turn-${name}.ts`), [], {
    // What was compiled for one is there for the next, as `npm start` has it: reading TypeScript takes memory.
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled, ...env },
    // As `npm start` does; its peers get the same.
    execArgv: ['--expose-gc', '--max-semi-space-size=8', '--heap-growing-percent=30'],
    // Its log is written and thrown away.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const ended = once(child, 'exit')
  const told = <Message>() =>
    Promise.race([
      once(child, 'message').then(([message]) => message as Message),
      ended.then(() => Promise.reject(new Error(`${name} ended: ${complaint}`))),
    ])
  const { url } = await told<{ readonly url: string }>()
  return {
    url,
    report() {
      const report = told<Report>()
      child.send('report')
      return report
    },
    async stop() {
      child.disconnect()
      await ended
    },
  }
}
