import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { answer, liveThrough } from './testing/outage.ts'
import { layWire, type Wire } from './testing/wire.ts'

/**
 * PostgreSQL goes away under a running Parley, as when it is restarted or fails over, and comes back: for seconds here,
 * and for thirty in `npm run torture:outage`.
 */

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

const readiness = async () => (await fetch(`${parley.url}/readyz`)).status

it('questions asked meanwhile, and one in mid-answer, are each answered once when it is back', async () => {
  const found = await liveThrough(house, parley.url, {
    begin: () => wire.cut(),
    end: () => wire.mend(),
    forMs: 3_000,
  })
  expect([found.ready, found.healthy]).toEqual([503, 200])
  // Slack is told that it was not taken, and so says it again.
  const onSlack = found.asked.slice(1).filter(({ room }) => room.platform === 'slack')
  expect(found.refused).toEqual(onSlack.map(({ root }) => root))
  expect(onSlack.length).toBeGreaterThan(1)
  for (const { room, root } of found.asked) expect(room.texts(root)).toEqual([answer])
  expect(await readiness()).toBe(200)
}, 180_000)
