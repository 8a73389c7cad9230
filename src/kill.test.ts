import { afterAll, beforeAll, describe, it } from 'vitest'
import { startTestPostgres } from './adapters/postgres/testing/databases.ts'
import { steps } from './core/trail.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { type KillPoint, type ParleyProcess, startProcess } from './testing/parley-process.ts'

/**
 * Parley is killed at each step a message passes, and started again. What counts is what people see: exactly one
 * complete answer, whatever the step, the platform and the engine.
 */

type Engine = 'embedded' | 'PostgreSQL'
type Platform = 'slack' | 'discord'

/** Nothing waits here, for the answer is short; and Discord asks for no acknowledgement. */
const reached = (platform: Platform) =>
  steps.filter(step => step !== 'part.waited' && (platform === 'slack' || step !== 'inbound.acknowledged'))

const answer = 'The upload is slow, because each part starts from zero.'
const eventually = { timeout: 40_000, interval: 100 }

/** Where an embedded database was made, for each test to begin with a copy. */
let made: Household

beforeAll(async () => {
  made = await openHousehold()
  const parley = startProcess(made.env)
  await parley.up
  parley.kill('SIGTERM')
  await parley.ended
}, 60_000)
afterAll(() => made.close())

interface Life {
  readonly house: Household
  readonly start: (point?: KillPoint) => ParleyProcess
}

/** Stand-ins, a database, and any number of processes one after the other; nothing of it is left afterwards. */
async function living(engine: Engine, live: (life: Life) => Promise<void>): Promise<void> {
  const database = engine === 'PostgreSQL' ? await startTestPostgres() : undefined
  const house = await openHousehold({
    ...(database ? { databaseUrl: database.url } : { dataDir: made.env['DATA_DIR'] ?? '' }),
    slack: { ackTimeoutMs: 500 },
  })
  const processes: ParleyProcess[] = []
  const start = (point?: KillPoint) => {
    const parley = startProcess(house.env, point)
    processes.push(parley)
    return parley
  }
  try {
    await live({ house, start })
  } finally {
    for (const parley of processes) parley.kill('SIGKILL')
    await Promise.all(processes.map(parley => parley.ended))
    await house.close()
    await database?.drop()
  }
}

/** Each step on either engine and on either platform; the fourth pair would tell nothing that these do not. */
const lives = [
  ['embedded', 'slack'],
  ['PostgreSQL', 'slack'],
  ['PostgreSQL', 'discord'],
] as const

describe.concurrent.each(lives)('on the %s engine, a question on %s', (engine, platform) => {
  it.for(reached(platform))('survives a kill at %s', { timeout: 120_000 }, async (step, { expect }) => {
    await living(engine, async ({ house, start }) => {
      house.sandbox.model.script({ text: answer }, 10)
      const first = start({ step, platform })
      await first.up
      const root = house[platform].say('@Parley what is slow?')
      expect(await first.ended).toBe('SIGKILL')
      await start().up
      await expect.poll(() => house[platform].texts(root), eventually).toEqual([answer])
      // Another question is answered too, so nothing was left hanging; and the first answer is still one.
      const next = house[platform].say('@Parley and what else?')
      await expect.poll(() => house[platform].texts(next), eventually).toEqual([answer])
      expect(house[platform].texts(root)).toEqual([answer])
    })
  })
})
