import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { steps } from './core/trail.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { type ParleyProcess, startProcess } from './testing/parley-process.ts'

/**
 * Parley is killed at each step a message passes, and started again. What counts is what people see: exactly one
 * complete answer, whatever the step, the platform and the engine.
 */

/** Nothing waits here, for the answer is short; and Discord asks for no acknowledgement. */
const reached = (platform: string) =>
  steps.filter(step => step !== 'part.waited' && (platform === 'slack' || step !== 'inbound.acknowledged'))

let house: Household
let database: TestPostgres | undefined
let running: ParleyProcess[]

beforeEach(() => {
  running = []
})
afterEach(async () => {
  for (const parley of running) parley.kill('SIGKILL')
  await Promise.all(running.map(parley => parley.ended))
  await house.close()
  await database?.drop()
  database = undefined
})

function start(
  ...point: Parameters<typeof startProcess> extends [unknown, ...infer Rest] ? Rest : never
): ParleyProcess {
  const parley = startProcess(house.env, ...point)
  running.push(parley)
  return parley
}

async function openOn(engine: 'embedded' | 'PostgreSQL'): Promise<void> {
  database = engine === 'PostgreSQL' ? await startTestPostgres() : undefined
  house = await openHousehold({
    ...(database ? { databaseUrl: database.url } : {}),
    slack: { ackTimeoutMs: 500 },
  })
}

const answer = 'The upload is slow, because each part starts from zero.'

async function killedAndStartedAgain(step: string, platform: 'slack' | 'discord'): Promise<void> {
  house.sandbox.model.script({ text: answer }, 10)
  const first = start({ step, platform })
  await first.up
  const root = house[platform].say('@Parley what is slow?')
  expect(await first.ended).toBe('SIGKILL')
  await start().up
  await expect.poll(() => house[platform].texts(root), { timeout: 25_000 }).toEqual([answer])
  // Another question after it is answered too, so nothing was left hanging, and the first is still one.
  const next = house[platform].say('@Parley and what else?')
  await expect.poll(() => house[platform].texts(next), { timeout: 25_000 }).toEqual([answer])
  expect(house[platform].texts(root)).toEqual([answer])
}

describe.each(['embedded', 'PostgreSQL'] as const)('on the %s engine', engine => {
  describe.each(['slack', 'discord'] as const)('a question on %s', platform => {
    it.each(reached(platform))(
      'survives a kill at %s',
      async step => {
        await openOn(engine)
        await expect(killedAndStartedAgain(step, platform)).resolves.toBeUndefined()
      },
      60_000,
    )
  })
})
