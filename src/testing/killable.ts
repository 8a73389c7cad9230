import { createLog } from '../adapters/pino/log.ts'
import { readConfig } from '../config.ts'
import { steps } from '../core/trail.ts'
import { startParley } from '../parley.ts'

/**
 * Parley as a process that a test starts and kills: `killable.ts [STEP PLATFORM TIME]` ends itself by SIGKILL when
 * that step is reached on that platform for the TIMEth time. It writes one line to standard output when it is up.
 */
const [step, platform, time = '1'] = process.argv.slice(2)
if (step !== undefined && !steps.some(known => known === step)) throw new Error(`There is no step ${step}.`)

let left = Number(time)
const parley = await startParley(readConfig(process.env), {
  log: createLog({ level: process.env['LOG_LEVEL'] ?? 'warn', pretty: false, secrets: [] }),
  // Short, so that a test does not wait long for what a killed process held.
  leaseMs: 1_500,
  // No stand-in of these tests does anything later than at once.
  lateMs: 500,
  trail(entry) {
    if (entry.step !== step || (entry.thread && entry.thread.platform !== platform)) return
    // Marks and ignored events are stored too; the question is what has a thread.
    if (step === 'inbound.stored' && !entry.thread) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(`up ${parley.url}\n`)
process.once('SIGTERM', () => void parley.stop().then(() => process.exit(0)))
