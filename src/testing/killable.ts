import { createLog } from '../adapters/pino/log.ts'
import { readConfig } from '../config.ts'
import { steps, type TrailEntry } from '../core/trail.ts'
import { startParley } from '../parley.ts'
import type { KillPoint } from './parley-process.ts'

/**
 * Parley as a process that a test starts and kills: `killable.ts [STEP PLATFORM TIME]` ends itself by SIGKILL when
 * that step is reached on that platform for the TIMEth time. It writes one line to standard output when it is up. Such
 * a point may also be sent to it while it runs: then what is under way already does not count.
 */
const [step, platform = '', time = '1'] = process.argv.slice(2)
let point: KillPoint | undefined
let left = 0
/** Turns and threads that this process has met, and those of them that the point does not mean. */
const met = new Set<string>()
let passed: ReadonlySet<string> = new Set()

function dieAt(next: KillPoint): void {
  if (!steps.some(known => known === next.step)) throw new Error(`There is no step ${next.step}.`)
  point = next
  left = next.time ?? 1
  passed = new Set(met)
}

/** The latest of them alone: what is older is not under way any more, and a process may run for days. */
function meet(id: string): void {
  met.add(id)
  const [oldest] = met
  if (met.size > 1_000 && oldest !== undefined) met.delete(oldest)
}

function isMeant({ step: reached, thread, platform: where = thread?.platform, turnId }: TrailEntry): boolean {
  // Marks and ignored events are received and stored too; the question is what has a thread.
  if (reached !== point?.step || where !== point.platform) return false
  return !passed.has(turnId ?? thread?.threadId ?? '')
}

if (step !== undefined) dieAt({ step, platform, time: Number(time) })
const parley = await startParley(readConfig(process.env), {
  log: createLog({ level: process.env['LOG_LEVEL'] ?? 'warn', pretty: false, secrets: [] }),
  // Short, so that a test does not wait long for what a killed process held.
  leaseMs: 1_500,
  // No stand-in of these tests does anything later than at once.
  lateMs: 500,
  trail(entry) {
    if (isMeant(entry) && (left -= 1) === 0) process.kill(process.pid, 'SIGKILL')
    for (const id of [entry.turnId, entry.thread?.threadId]) if (id !== undefined) meet(id)
  },
})
process.stdout.write(`up ${parley.url}\n`)
process.once('SIGTERM', () => void parley.stop().then(() => process.exit(0)))
process.on('message', (next: KillPoint) => {
  dieAt(next)
  process.send?.('heard')
})
