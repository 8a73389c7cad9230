import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** What one start took. */
export interface Start {
  readonly readyMs: number
  /** Of all its threads together, which other work on the machine hardly changes. */
  readonly cpuMs: number
  /** Resident memory, fifteen seconds after. */
  readonly idleMb: number
}

/** What nobody waits for is done behind the start: the vocabulary is learned by then. */
const idleAfterMs = 15_000

/** Linux counts a process's time in these. */
const tickMs = 10

/** Starts Parley as `npm start` does, waits until it is ready, and ends it. */
export function startParley(port: number, env: Readonly<Record<string, string>>): Promise<Start> {
  const readyz = `http://127.0.0.1:${port}/readyz`
  const isReady = () =>
    fetch(readyz).then(
      ({ status }) => status === 200,
      () => false,
    )
  return follow([join(import.meta.dirname, '../src/start.js')], { ...env, PORT: String(port) }, async () => {
    while (!(await isReady())) await pause(20)
  })
}

/** Starts the floor on the cluster in `directory`. */
export function startFloor(directory: string): Promise<Start> {
  return follow([join(import.meta.dirname, 'start-floor.ts'), directory], {}, async child => {
    if (child.stdout) await once(child.stdout, 'data')
  })
}

async function follow(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: (child: ChildProcess) => Promise<unknown>,
): Promise<Start> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env },
  })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  const ended = once(child, 'exit')
  try {
    await Promise.race([
      ready(child),
      ended.then(([code]) =>
        Promise.reject(new Error(`It ended with ${String(code)} before it was ready.\n${said}`)),
      ),
    ])
    const readyMs = performance.now() - startedMs
    const cpuMs = cpuMsOf(child.pid)
    await pause(idleAfterMs)
    return { readyMs, cpuMs, idleMb: residentMegabytes(child.pid) }
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

function cpuMsOf(pid = 0): number {
  // Behind the name, which stands in brackets and may hold anything, `utime` and `stime` are 12th and 13th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

function residentMegabytes(pid = 0): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
}
