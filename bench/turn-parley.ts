import { createLog } from '../src/adapters/pino/log.ts'
import { allowances } from '../src/adapters/slack/limits.ts'
import { collectGarbage } from '../src/collect-garbage.ts'
import { readConfig } from '../src/config.ts'
import { startParley } from '../src/parley.ts'
import { nowMs } from './turn-clock.ts'
import { type Reached, answerBench } from './turn-report.ts'
import { countStatements } from './turn-statements.ts'

/**
 * Parley as one deploys it, in a process that a bench started: its log is written, and read by nobody. With UNPACED
 * it does not wait for the pace that Slack allows, where a bench asks what Parley itself takes.
 */
if (process.env['UNPACED'] !== undefined)
  for (const allowance of Object.values(allowances)) Object.assign(allowance, { windowMs: 0 })

const counted = countStatements()
let reached: Reached[] = []
const parley = await startParley(readConfig(process.env), {
  log: createLog({ level: process.env['LOG_LEVEL'] ?? 'info', pretty: false, secrets: [] }),
  trail({ step, turnId, waitMs }) {
    if (turnId !== undefined)
      reached.push({ step, turnId, atMs: nowMs(), ...(waitMs === undefined ? {} : { waitMs }) })
  },
})
collectGarbage()
answerBench(parley.url, () => {
  const told = reached
  reached = []
  return { reached: told, ...counted.take() }
})
