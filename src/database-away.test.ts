import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { layWire, type Wire } from './testing/wire.ts'

/** PostgreSQL goes away under a running Parley, as when it is restarted or fails over, and comes back. */

let database: TestPostgres
let wire: Wire
let house: Household
let parley: Parley

beforeAll(async () => {
  database = await startTestPostgres()
  const url = new URL(database.url)
  wire = await layWire(Number(url.port))
  url.port = String(wire.port)
  house = await openHousehold({ databaseUrl: url.href })
  parley = await startParley(readConfig(house.env), { log: silentLog, leaseMs: 1_500 })
  await vi.waitUntil(async () => (await readiness()) === 200, { timeout: 15_000 })
})
afterAll(async () => {
  await parley.stop()
  await house.close()
  await wire.close()
  await database.drop()
})

const eventually = { timeout: 50_000, interval: 100 }
const readiness = async () => (await fetch(`${parley.url}/readyz`)).status

it('questions asked meanwhile, and one in mid-answer, are each answered once when it is back', async () => {
  const { model, slack } = house.sandbox
  await slack.setEventsUrl(`${parley.url}/slack/events`)
  model.script({ text: 'Noted.' }, 50)
  model.hold(1)
  const before = house.slack.say('@Parley before?')
  await model.whenHeld()
  await wire.cut()
  await expect.poll(readiness, eventually).toBe(503)

  const meanwhile = house.slack.say('@Parley meanwhile?')
  // Slack is told that it was not taken, and so says it again.
  await expect
    .poll(() => slack.deliveries.at(-1), eventually)
    .toMatchObject({ via: 'http', outcome: 'http_error' })
  const direct = house.discord.say('@Parley and here?')
  model.release()
  expect((await fetch(`${parley.url}/healthz`)).status).toBe(200)

  await wire.mend()
  for (const [room, root] of [
    [house.slack, before],
    [house.slack, meanwhile],
    [house.discord, direct],
  ] as const)
    await expect.poll(() => room.texts(root), eventually).toEqual(['Noted.'])
  await expect.poll(readiness, eventually).toBe(200)
}, 120_000)
