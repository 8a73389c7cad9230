import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { layWire, type Wire } from '../../testing/wire.ts'
import { createDatabase, type Database } from './database.ts'
import type { Asking } from './listener.ts'
import { openServer } from './server.ts'
import { createSignalHub } from './signals.ts'
import { startTestPostgres, type TestPostgres } from './testing/databases.ts'

/** A server whose machine is gone, as when it fails over: no connection is ended, and nothing comes on any of them. */

let postgres: TestPostgres
let wire: Wire
let database: Database

async function openedBy({ port }: Wire, asking: Asking): Promise<Database> {
  const url = new URL(postgres.url)
  url.port = String(port)
  const hub = createSignalHub(silentLog)
  return createDatabase(await openServer(url.href, { log: silentLog, hub, asking }), hub)
}

const laid = () => layWire(Number(new URL(postgres.url).port))

beforeAll(async () => {
  postgres = await startTestPostgres()
  wire = await laid()
  database = await openedBy(wire, { everyMs: 1_200, answerWithinMs: 1_000 })
})
afterAll(async () => {
  await database.close()
  await wire.close()
  await postgres.drop()
})

const weekMs = 604_800_000

it('what was asked of a server that vanished fails soon, and what comes after it goes to the one in its place', async () => {
  await database.ping()
  wire.freeze(weekMs)
  await expect(sql`select 1`.execute(database.handle)).rejects.toMatchObject({ code: 'database_unavailable' })
  await database.ping()
})

it('a lease that one connection does not renew is renewed by another, before anybody finds out why', async () => {
  const another = await laid()
  const unaware = await openedBy(another, { everyMs: 60_000, answerWithinMs: 50_000 })
  const { urgent } = unaware
  await sql`select 1`.execute(urgent)
  another.freeze(weekMs)
  await expect(sql`select 1`.execute(urgent)).rejects.toMatchObject({ code: 'database_unavailable' })
  await sql`select 1`.execute(urgent)
  await another.close()
  await unaware.close()
}, 30_000)

it('a statement that takes longer than the server is asked is left alone', async () => {
  const slow = sql<{ slept: boolean }>`select pg_sleep(2.5) is not null as slept`.execute(database.handle)
  expect((await slow).rows).toEqual([{ slept: true }])
})
