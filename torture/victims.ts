import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { KillPoint } from './act.ts'
import { type History, steadyMs } from './history.ts'

export type Order =
  | { readonly order: 'die at'; readonly at: KillPoint }
  | { readonly order: 'skew'; readonly byMs: number }

/** Several Parleys, each started again whenever it ends. */
export interface Victims {
  /** Resolves when all of them are up. */
  up(): Promise<void>
  /** Resolves when this one waits for no end any more; `up` waits until it runs, too. Not longer than a while. */
  settled(victim: number, options: { readonly up: boolean }): Promise<void>
  /** Now. */
  kill(victim: number): void
  /** When it comes there; if that takes too long, wherever it is then. */
  killAt(victim: number, at: KillPoint): void
  /** SIGTERM. */
  leave(victim: number): void
  skew(victim: number, byMs: number): void
  /** How many died of SIGKILL. */
  killed(): number
  /** Ends them all for good, by SIGTERM, or by SIGKILL when that takes too long. */
  close(): Promise<void>
}

interface Victim {
  child: ChildProcess | undefined
  up: Promise<void>
  isUp: boolean
  /** What it is to end by next: a death it waits for or dies at this moment, or its own leave. */
  doom: KillPoint | 'now' | 'leave' | undefined
}

const entry = join(import.meta.dirname, 'victim.ts')
/** Half of the work of a start, which a round has dozens of, is reading the sources. */
const compileCache = join(tmpdir(), 'parley-torture-cache')
/** A step that is not reached within this is not waited for. */
const patienceMs = 5_000
/** On a busy machine. */
const startingMs = 60_000
const leavingMs = 30_000

export function startVictims(
  count: number,
  env: Readonly<Record<string, string>>,
  { history, logFile }: { readonly history: History; readonly logFile: string },
): Victims {
  const log = createWriteStream(logFile)
  let closing = false
  let killed = 0
  const victims: Victim[] = []

  const start = (index: number, victim: Victim) => {
    const child = fork(entry, {
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...env },
      silent: true,
    })
    victim.child = child
    history.add({ what: 'started', victim: index })
    child.stderr?.pipe(log, { end: false })
    victim.up = new Promise(resolve => {
      createInterface({ input: child.stdout ?? process.stdin }).on('line', line => {
        if (line.startsWith('step ')) {
          const { atMs, ...step } = JSON.parse(line.slice(5)) as { atMs: number; step: string }
          history.add({ what: 'step', victim: index, ...step }, atMs)
        } else if (line.startsWith('up ')) {
          history.add({ what: 'up', victim: index })
          victim.isUp = true
          resolve()
        } else log.write(`${index} ${line}\n`)
      })
    })
    void once(child, 'exit').then(([code, signal]) => {
      const wasUp = victim.isUp
      victim.child = undefined
      victim.isUp = false
      if (signal === 'SIGKILL') killed += 1
      const where = typeof victim.doom === 'object' ? victim.doom.step : undefined
      history.add({
        what: signal === 'SIGKILL' ? 'killed' : 'left',
        victim: index,
        ...(where ? { where } : {}),
      })
      victim.doom = undefined
      // One that cannot start, because its database is away, says so and is started again.
      if (wasUp && typeof code === 'number' && code !== 0) history.add({ what: 'broke', victim: index, code })
      if (!closing) start(index, victim)
    })
  }
  for (let index = 0; index < count; index += 1) {
    const victim: Victim = { child: undefined, up: Promise.resolve(), isUp: false, doom: undefined }
    victims.push(victim)
    start(index, victim)
  }
  const order = (victim: number, what: Order) => {
    const child = victims[victim]?.child
    if (child?.connected) child.send(what)
  }
  const end = (victim: number, doom: 'now' | 'leave', signal: NodeJS.Signals) => {
    const one = victims[victim]
    if (!one) return
    one.doom = doom
    one.child?.kill(signal)
  }
  return {
    async up() {
      // One that is killed on its way up has another `up`.
      for (const victim of victims) {
        let waited: Promise<void> | undefined
        while (waited !== victim.up) {
          waited = victim.up
          await Promise.race([waited, pause(500)])
          if (victim.child === undefined) waited = undefined
        }
        await waited
      }
    },
    async settled(victim, { up }) {
      const one = victims[victim]
      const untilMs = steadyMs() + startingMs
      while (one && (one.doom || (up && !one.isUp)) && steadyMs() < untilMs) await pause(50)
    },
    kill: victim => end(victim, 'now', 'SIGKILL'),
    killAt(victim, at) {
      const one = victims[victim]
      if (!one) return
      const child = one.child
      one.doom = at
      order(victim, { order: 'die at', at })
      setTimeout(() => {
        if (one.child === child && one.doom === at) end(victim, 'now', 'SIGKILL')
      }, patienceMs).unref()
    },
    leave: victim => end(victim, 'leave', 'SIGTERM'),
    skew: (victim, byMs) => order(victim, { order: 'skew', byMs }),
    killed: () => killed,
    async close() {
      closing = true
      const children = victims.flatMap(({ child }) => child ?? [])
      const gone = Promise.all(children.map(child => once(child, 'exit')))
      for (const child of children) child.kill('SIGTERM')
      const late = setTimeout(() => children.forEach(child => child.kill('SIGKILL')), leavingMs)
      if (children.length > 0) await gone
      clearTimeout(late)
      log.end()
    },
  }
}
