import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { QuotaClaim, QuotaRule } from '../../core/quota.ts'
import { createRelayBooks, type RelayBooks } from '../../core/relay-books.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { Database } from './database.ts'
import { createRelayLedger } from './relay-ledger.ts'
import { onEveryEngine, onPostgres, type TestDatabase } from './testing/databases.ts'

const atMs = Date.UTC(2026, 10, 21, 12)
const place = { platform: 'web', workspaceId: 'web', channelId: 'relay' } as const

const booksOf = (database: Database) =>
  createRelayBooks({
    ledger: createRelayLedger(database),
    log: silentLog,
    clock: systemClock,
    warn: () => Promise.resolve(),
  })

const meet = async ({ store }: TestDatabase, userId: string) =>
  (await store.identities.meet({ platform: 'web', realm: 'web', userId, name: userId })).id

const claim = (askerId: string, id: string): QuotaClaim => ({
  reservationId: id,
  askerId,
  thread: place,
  model: 'engine-1',
  estimate: { inputTokens: 10, outputTokens: 20 },
  atMs,
})

const limit = (of: Partial<QuotaRule>): Omit<QuotaRule, 'id' | 'workspace'> => ({
  scope: 'member',
  subject: '*',
  unit: 'requests',
  period: 'day',
  limit: 10,
  soft: false,
  ...of,
})

const spend = (books: RelayBooks, askerId: string, id: string, input: number, output: number) =>
  books.settle({
    askerId,
    reservation: { id },
    call: {
      callId: id,
      purpose: 'relay',
      model: 'engine-1',
      usage: { inputTokens: input, cachedInputTokens: 0, outputTokens: output },
      atMs,
    },
  })

/** What every counter of this place says, which is the same on all of them for one person. */
async function counters({ handle }: Database) {
  const { rows } = await sql<Record<'requests' | 'tokens' | 'heldRequests' | 'heldTokens', string>>`
    select distinct requests_used as requests, tokens_used as tokens, requests_held as "heldRequests",
      tokens_held as "heldTokens" from quota_buckets`.execute(handle)
  return rows.map(row => Object.values(row).map(Number))
}

onEveryEngine('the books of the relay', open => {
  let opened: TestDatabase
  let ada: string
  beforeEach(async () => {
    opened = await open()
    ada = await meet(opened, 'ada')
  })
  const ids = (count: number) => Array.from({ length: count }, (_, at) => `request-${at}`)

  it('hold exactly as many of what comes at once as a limit has room for', async () => {
    await opened.store.quotaRules.replace(undefined, [limit({ limit: 10 })])
    const books = booksOf(opened.database)
    const reserved = await Promise.all(ids(60).map(id => books.reserve(claim(ada, id))))
    expect(reserved.filter(({ granted }) => granted)).toHaveLength(10)
    const refused = reserved.find(one => !one.granted)
    expect(refused).toMatchObject({ reason: 'spent', refusedBy: { limit: 10 } })
    expect(await counters(opened.database)).toEqual([[0, 0, 10, 300]])
  })

  it('count what was used once, however often it is told, and hold nothing after', async () => {
    const books = booksOf(opened.database)
    await Promise.all(ids(30).map(id => books.reserve(claim(ada, id))))
    expect(await counters(opened.database)).toEqual([[0, 0, 30, 900]])
    for (const id of ids(20)) {
      spend(books, ada, id, 3, 4)
      spend(books, ada, id, 3, 4)
    }
    for (const id of ids(30).slice(20)) books.settle({ askerId: ada, reservation: { id } })
    await books.idle()
    expect(await counters(opened.database)).toEqual([[20, 140, 0, 0]])
    const kept = await opened.database.handle.selectFrom('usages').selectAll().execute()
    expect(kept).toHaveLength(20)
    expect(new Set(kept.map(({ purpose, requests }) => `${purpose} ${requests}`))).toEqual(
      new Set(['relay 1']),
    )
    const states = await opened.database.handle.selectFrom('reservations').select('state').execute()
    expect(states.filter(({ state }) => state === 'released')).toHaveLength(10)
  })

  it('count what is told after somebody released it', async () => {
    const books = booksOf(opened.database)
    await books.reserve(claim(ada, 'slow'))
    await opened.store.quotas.release({ id: 'slow' })
    spend(books, ada, 'slow', 5, 6)
    await books.idle()
    expect(await counters(opened.database)).toEqual([[1, 11, 0, 0]])
  })

  it('count on exactly the counters that one request alone is counted on', async () => {
    const member = await opened.store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    const [linked] = await opened.store.members.identities(member.id)
    await opened.store.settings.changeInstallation({ timeZone: 'Asia/Seoul' })
    await opened.store.settings.changeWorkspace('web', 'web', { timeZone: 'America/New_York' })
    for (const [person, atHour] of [
      [ada, 3],
      [linked?.id ?? '', 16],
    ] as const) {
      const one = { ...claim(person, `alone-${person}`), atMs: Date.UTC(2026, 10, 30, atHour) }
      await opened.store.quotas.reserve(one)
      await booksOf(opened.database).reserve({ ...one, reservationId: `together-${person}` })
      const rows = await opened.database.handle
        .selectFrom('reservations')
        .select(['subjects', 'buckets'])
        .where('asker_id', '=', person)
        .execute()
      const paths = rows.map(({ subjects, buckets }) =>
        subjects.map((subject, at) => `${subject} ${buckets[at]}`).toSorted(),
      )
      expect(paths).toHaveLength(2)
      expect(paths[0]).toEqual(paths[1])
    }
    const ends = await sql<{ bucket: string; count: string }>`
      select count(distinct ends_at) as count from quota_buckets group by subject, bucket`.execute(
      opened.database.handle,
    )
    expect(new Set(ends.rows.map(({ count }) => Number(count)))).toEqual(new Set([1]))
  })

  it('warn once when most of a limit is used', async () => {
    await opened.store.quotaRules.replace(undefined, [limit({ limit: 10 })])
    const books = booksOf(opened.database)
    const reserved = await Promise.all(ids(10).map(id => books.reserve(claim(ada, id))))
    expect(reserved.flatMap(one => (one.granted ? one.news : []))).toHaveLength(1)
  })

  it('refuse what has no price under a limit in money', async () => {
    await opened.store.quotaRules.replace(undefined, [limit({ unit: 'costMicros', limit: 1_000 })])
    const reserved = await booksOf(opened.database).reserve(claim(ada, 'unpriced'))
    expect(reserved).toMatchObject({ granted: false, reason: 'price_unknown' })
  })

  it('cost what the model costs', async () => {
    await opened.store.prices.set({
      model: 'engine-1',
      inputMicros: 1_000_000,
      outputMicros: 2_000_000,
      sinceMs: 0,
    })
    const books = booksOf(opened.database)
    await books.reserve(claim(ada, 'priced'))
    spend(books, ada, 'priced', 3, 4)
    await books.idle()
    const [usage] = await opened.database.handle.selectFrom('usages').selectAll().execute()
    expect(usage?.cost_micros).toBe(11)
  })

  it('let nobody wait in a circle when several people ask at once, here and in threads', async () => {
    const people = await Promise.all(['grace', 'linus', 'hal'].map(name => meet(opened, name)))
    const books = booksOf(opened.database)
    const work = people.flatMap((person, at) =>
      ids(15).flatMap(id => [
        books.reserve(claim(person, `${person}-${id}`)),
        opened.store.quotas.reserve({
          ...claim(person, `turn-${person}-${id}`),
          thread: { ...place, channelId: `chat-${at}` },
        }),
      ]),
    )
    const reserved = await Promise.all(work)
    expect(reserved.every(({ granted }) => granted)).toBe(true)
    for (const person of people) for (const id of ids(15)) spend(books, person, `${person}-${id}`, 1, 1)
    await books.idle()
    const { rows } = await sql<{ used: string }>`
      select requests_used as used from quota_buckets
      where subject = 'channel:web:web:relay' and bucket = '2026-11'`.execute(opened.database.handle)
    expect(rows.map(({ used }) => Number(used))).toEqual([45])
  })
})

onPostgres('the books of two processes', open => {
  it('hold a limit together', async () => {
    const opened = await open()
    const ada = await meet(opened, 'ada')
    await opened.store.quotaRules.replace(undefined, [limit({ unit: 'tokens', limit: 300 })])
    const both = [booksOf(opened.database), booksOf(await opened.another())]
    const reserved = await Promise.all(
      both.flatMap((books, process) =>
        Array.from({ length: 40 }, (_, at) => books.reserve(claim(ada, `${process}-${at}`))),
      ),
    )
    expect(reserved.filter(({ granted }) => granted)).toHaveLength(10)
  })
})
