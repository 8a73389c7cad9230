import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

/** Parley in a process of its own, as it is in life. */
export interface ParleyProcess {
  /** Resolves with its address once it is up and connected; rejects with what it wrote to standard error when it ends before. */
  readonly up: Promise<string>
  /** Resolves when it has ended, with its exit code or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly stderr: () => string
  /** Called with each line of standard output from now on. */
  onLine(listener: (line: string) => void): void
  kill(signal: NodeJS.Signals): void
  /** The same for it and all that it started; only of one that has a group of its own, and else for it alone. */
  killGroup(signal: NodeJS.Signals): void
}

export interface KillableProcess extends ParleyProcess {
  /** From now on it ends itself by SIGKILL there, for what is not under way yet. */
  dieAt(point: KillPoint): Promise<void>
}

export interface KillPoint {
  readonly step: string
  readonly platform: string
  readonly time?: number
}

const entry = join(import.meta.dirname, 'killable.ts')

/** As `npm start` has it: what was compiled for one process is there for the next. */
const compiled = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/node') }

/** Starts a Parley that ends itself by SIGKILL at `point`, if one is given. */
export function startProcess(env: Readonly<Record<string, string>>, point?: KillPoint): KillableProcess {
  const args = point ? [point.step, point.platform, String(point.time ?? 1)] : []
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env['PATH'], ...compiled, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  })
  return {
    ...follow(child),
    async dieAt(at) {
      const heard = once(child, 'message')
      child.send(at)
      await heard
    },
  }
}

/** Starts Parley as `npm start` does. It is up once it is ready at its PORT; where that is 0, its log says which it has. */
export function startMain(env: Readonly<Record<string, string>>, cwd: string): ParleyProcess {
  const args = ['--max-semi-space-size=8', join(import.meta.dirname, '../start.js')]
  const parley = follow(
    spawn(process.execPath, args, { cwd, env: { PATH: process.env['PATH'], ...compiled, ...env } }),
  )
  const { PORT: port = '0' } = env
  if (port === '0') return parley
  const up = Promise.race([parley.up, readyAt(port, parley)])
  up.catch(() => undefined)
  return { ...parley, up }
}

/** Looks until it is ready or has ended. */
async function readyAt(port: string, parley: ParleyProcess): Promise<string> {
  const address = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${address}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  let hasEnded = false
  void parley.ended.then(() => (hasEnded = true))
  while (!(await isReady())) {
    if (hasEnded) return parley.up
    await pause(50)
  }
  return address
}

/** Types `npm start`, in a group of its own as a terminal gives it. */
export function startUnderNpm(env: Readonly<Record<string, string>>): ParleyProcess {
  const cwd = join(import.meta.dirname, '../..')
  const npm = spawn('npm', ['start'], {
    cwd,
    env: { PATH: process.env['PATH'], ...compiled, ...env },
    detached: true,
  })
  return follow(npm, signal => void process.kill(-(npm.pid ?? 0), signal))
}

async function untilReady(address: string): Promise<void> {
  while ((await fetch(`${address}/readyz`)).status !== 200) await pause(50)
}

function follow(
  child: ChildProcess,
  killGroup = (signal: NodeJS.Signals) => void child.kill(signal),
): ParleyProcess {
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  const up = new Promise<string>((resolve, reject) => {
    lines.on('line', line => {
      const address = /^up (\S+)$/.exec(line)?.[1]
      if (address) untilReady(address).then(() => resolve(address), reject)
    })
    void ended.then(how => reject(new Error(`Parley ended (${how}) before it was up.\n${stderr}`)))
  })
  up.catch(() => undefined)
  return {
    up,
    ended,
    stderr: () => stderr,
    onLine: listener => void lines.on('line', listener),
    kill: signal => void child.kill(signal),
    killGroup(signal) {
      if (child.exitCode === null && child.signalCode === null) killGroup(signal)
    },
  }
}
