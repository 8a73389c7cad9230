import { createLog } from '../src/adapters/pino/log.ts'
import { readConfig } from '../src/config.ts'
import { startParley } from '../src/parley.ts'
import { steadyMs } from './history.ts'
import type { Order } from './victims.ts'

/**
 * Parley as a process of its own that is told when to die: at a named step, or wherever it happens to be. Each step it
 * passes is one line on its standard output, written before anything after it is done.
 */
let doom: { readonly step: string; readonly platform: string; left: number } | undefined
let skewMs = 0
const realNow = Date.now
Date.now = () => realNow() + skewMs

process.on('message', (order: Order) => {
  if (order.order === 'die at') doom = { ...order.at, left: order.at.time }
  else skewMs += order.byMs
})
// However its tormentor ends, nothing of it is left.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

const parley = await startParley(readConfig(process.env), {
  log: createLog({ level: process.env['LOG_LEVEL'] ?? 'warn', pretty: false, secrets: [] }),
  // Short, so that a round does not wait long for what the dead held; but an embedded database works on the thread that
  // renews, and on a busy machine holds it for seconds.
  leaseMs: process.env['DATABASE_URL'] === undefined ? 10_000 : 2_500,
  trail({ step, thread, turnId, detail, platform }) {
    const told = { atMs: steadyMs(), step, turnId, threadId: thread?.threadId, detail }
    process.stdout.write(`step ${JSON.stringify(told)}\n`)
    if (doom?.step !== step || (thread?.platform ?? platform) !== doom.platform) return
    doom.left -= 1
    if (doom.left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(`up ${parley.url}\n`)
process.once('SIGTERM', () => void parley.stop().then(() => process.exit(0)))
