import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { refreshGraceMs } from '../../core/session.ts'
import type { Signal, Store } from '../../core/store.ts'
import type { Database } from './database.ts'
import { createStore } from './store.ts'
import { atMs } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'
import { adaMember, graceMember, join } from './testing/members.ts'

const month = 30 * 24 * 60 * 60_000

async function signIn(store: Store, memberId = 'm-ada', refreshHash = 'r1') {
  return store.sessions.start({
    memberId,
    method: 'password',
    userAgent: 'Firefox',
    address: '192.0.2.1',
    atMs,
    expiresAtMs: atMs + month,
    refreshHash,
  })
}

const rotate = (store: Store, hash: string, nextHash: string, afterMs: number) =>
  store.sessions.rotate({ hash, nextHash, atMs: atMs + afterMs })

onEveryEngine('sessions', open => {
  it('are listed, used last first, and end by their own person’s hand', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    const first = await signIn(store)
    const second = await signIn(store, 'm-ada', 'r2')
    await rotate(store, 'r1', 'r3', 5_000)
    expect((await store.sessions.list('m-ada', atMs)).map(({ id }) => id)).toEqual([first.id, second.id])
    expect(await store.sessions.end(second.id, 'm-grace', 'ended', atMs)).toBe(false)
    expect(await store.sessions.end(second.id, 'm-ada', 'ended', atMs)).toBe(true)
    expect(await store.sessions.end(second.id, 'm-ada', 'ended', atMs)).toBe(false)
    expect(await store.sessions.find(second.id, atMs)).toBeUndefined()
    expect(await store.sessions.find(first.id, atMs)).toMatchObject({
      memberId: 'm-ada',
      userAgent: 'Firefox',
    })
    expect(await store.sessions.endAll('m-ada', 'password', atMs, first.id)).toBe(0)
    expect(await store.sessions.endAll('m-ada', 'logout', atMs)).toBe(1)
    expect(await store.sessions.list('m-ada', atMs)).toEqual([])
  })

  it('renew in a row, and an older token ends everything', async () => {
    const { store } = await open()
    await join(store, adaMember)
    const { id } = await signIn(store)
    expect(await rotate(store, 'r1', 'r2', 0)).toMatchObject({ state: 'rotated', session: { id } })
    expect(await rotate(store, 'r2', 'r3', 60_000)).toMatchObject({ state: 'rotated' })
    expect(await rotate(store, 'r1', 'r4', 61_000)).toMatchObject({ state: 'stolen', session: { id } })
    expect(await store.sessions.find(id, atMs)).toBeUndefined()
    expect(await rotate(store, 'r3', 'r5', 61_000)).toEqual({ state: 'over' })
    expect(await rotate(store, 'r1', 'r5', 61_000)).toEqual({ state: 'over' })
    expect(await rotate(store, 'unknown', 'r5', 0)).toEqual({ state: 'over' })
  })

  it('let a second tab renew with the token before, ten seconds long', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await signIn(store)
    await rotate(store, 'r1', 'r2', 0)
    expect(await rotate(store, 'r1', 'r2b', refreshGraceMs)).toMatchObject({ state: 'rotated' })
    // The browser kept the second tab's token; the first one's was replaced with it.
    expect(await rotate(store, 'r2b', 'r3', 60_000)).toMatchObject({ state: 'rotated' })
    expect(await rotate(store, 'r2', 'r3b', 61_000)).toMatchObject({ state: 'rotated' })
    expect(await rotate(store, 'r2', 'r3c', 60_000 + refreshGraceMs + 1)).toMatchObject({ state: 'stolen' })
  })

  it('take a token that is two behind for theft, however quick', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await signIn(store)
    await rotate(store, 'r1', 'r2', 0)
    await rotate(store, 'r2', 'r3', 1)
    expect(await rotate(store, 'r1', 'r4', 2)).toMatchObject({ state: 'stolen' })
  })

  it('renewed by twenty tabs at once, every tab holds a good token', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await signIn(store)
    const tabs = Array.from({ length: 20 }, (_, index) => `t${index}`)
    const rotations = await Promise.all(tabs.map(tab => rotate(store, 'r1', tab, 100)))
    expect(new Set(rotations.map(({ state }) => state))).toEqual(new Set(['rotated']))
    const next = await Promise.all(tabs.map(tab => rotate(store, tab, `${tab}+`, 200)))
    expect(new Set(next.map(({ state }) => state))).toEqual(new Set(['rotated']))
  })

  it('end for good after their time, however often renewed', async () => {
    const { store } = await open()
    await join(store, adaMember)
    const { id } = await signIn(store)
    expect(await rotate(store, 'r1', 'r2', month - 1)).toMatchObject({ state: 'rotated' })
    expect(await rotate(store, 'r2', 'r3', month)).toEqual({ state: 'over' })
    expect(await store.sessions.find(id, atMs + month)).toBeUndefined()
    await store.sessions.tidy(atMs + month + 1)
    expect(await store.sessions.ofRefreshToken('r2')).toBeUndefined()
  })

  it('end with the suspension of their person, and everyone listening is told', async () => {
    const { store, database } = await open()
    await join(store, adaMember, graceMember)
    const session = await signIn(store)
    const heard: Signal[] = []
    const leave = database.signals.listen(signal => heard.push(signal))
    await store.members.change('m-ada', { suspendedAtMs: atMs })
    expect(await store.sessions.find(session.id, atMs)).toBeUndefined()
    expect(await rotate(store, 'r1', 'r2', 1)).toEqual({ state: 'over' })
    await expect.poll(() => heard).toContainEqual({ type: 'session', sessionId: session.id })
    const other = await signIn(store, 'm-grace', 'g1')
    await store.erasures.begin('m-grace', atMs)
    await expect.poll(() => heard).toContainEqual({ type: 'session', sessionId: other.id })
    leave()
  })
})

onEveryEngine('mailed links', open => {
  const token = { memberId: 'm-ada', purpose: 'confirm', email: 'ada@example.com' } as const
  const add = (store: Store, hash: string, purpose: 'confirm' | 'reset' = 'confirm') =>
    store.mailTokens.add({ ...token, purpose, hash, createdAtMs: atMs, expiresAtMs: atMs + 1_000 })

  it('are looked at freely and spent once, with all of their kind', async () => {
    const { store } = await open()
    await join(store, adaMember)
    for (const hash of ['a', 'b']) await add(store, hash)
    await add(store, 'c', 'reset')
    expect(await store.mailTokens.find('a')).toEqual({ ...token, expiresAtMs: atMs + 1_000 })
    expect(await store.mailTokens.spend('a', ['reset'], atMs)).toBeUndefined()
    const spent = await Promise.all(
      Array.from({ length: 10 }, () => store.mailTokens.spend('a', ['confirm', 'change'], atMs)),
    )
    expect(spent.filter(Boolean)).toHaveLength(1)
    expect(await store.mailTokens.spend('b', ['confirm'], atMs)).toBeUndefined()
    expect(await store.mailTokens.find('b')).toMatchObject({ usedAtMs: atMs })
    expect(await store.mailTokens.spend('c', ['reset'], atMs + 1_000)).toBeUndefined()
    expect(await store.mailTokens.spend('c', ['reset'], atMs + 999)).toMatchObject({ purpose: 'reset' })
  })
})

const limit = { tries: 5, windowMs: 900_000 }

onEveryEngine('limits', open => {
  it('let through so many in any window, and say when the next may come', async () => {
    const { store } = await open()
    const take = (afterMs: number) => store.rateLimits.take('ada', limit, atMs + afterMs)
    expect(await take(0)).toEqual({ allowed: true })
    for (const afterMs of [800_000, 800_001, 800_002, 800_003])
      expect(await take(afterMs)).toEqual({ allowed: true })
    expect(await take(810_000)).toEqual({ allowed: false, retryAfterMs: 90_000 })
    expect(await take(900_000)).toEqual({ allowed: true })
    // The four of a moment ago still count: a counter that starts anew would let five more through.
    expect(await take(900_001)).toEqual({ allowed: false, retryAfterMs: 799_999 })
    expect(await store.rateLimits.take('grace', limit, atMs)).toEqual({ allowed: true })
  })

  it('take a try back that was none', async () => {
    const { store } = await open()
    for (let index = 0; index < 5; index += 1) await store.rateLimits.take('ada', limit, atMs + index)
    await store.rateLimits.giveBack('ada', atMs + 2)
    await store.rateLimits.giveBack('ada', atMs + 2)
    expect(await store.rateLimits.take('ada', limit, atMs + 9)).toEqual({ allowed: true })
    expect(await store.rateLimits.take('ada', limit, atMs + 9)).toMatchObject({ allowed: false })
    await store.rateLimits.tidy(atMs + 2_000_000)
    expect(await store.rateLimits.take('ada', limit, atMs + 9)).toEqual({ allowed: true })
  })

  it('of fifty tries at once let five through', async () => {
    const { store } = await open()
    const tries = await Promise.all(
      Array.from({ length: 50 }, () => store.rateLimits.take('ada', limit, atMs)),
    )
    expect(tries.filter(({ allowed }) => allowed)).toHaveLength(5)
  })
})

onPostgres('limits over two processes', open => {
  it('let through as many as over one', async () => {
    const { store, another } = await open()
    const other = createStore(await another())
    const tries = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? store : other).rateLimits.take('ada', limit, atMs),
      ),
    )
    expect(tries.filter(({ allowed }) => allowed)).toHaveLength(5)
  })
})

onPostgres('a session over two processes', open => {
  it('that ends in one is over in the other within a second, which is told of it', async () => {
    const { store, another } = await open()
    await join(store, adaMember)
    const { id } = await signIn(store)
    const second = await another()
    const other = createStore(second)
    expect(await other.sessions.find(id, atMs)).toBeDefined()
    const heard: Signal[] = []
    const leave = second.signals.listen(signal => heard.push(signal))
    await store.sessions.end(id, 'm-ada', 'logout', atMs)
    expect(await other.sessions.find(id, atMs)).toBeUndefined()
    await expect
      .poll(() => heard, { timeout: 1_000, interval: 10 })
      .toContainEqual({ type: 'session', sessionId: id })
    leave()
  })

  it('that is being renewed makes others wait, and judges them by what it is then', async () => {
    const { store, database } = await open()
    await join(store, adaMember)
    await signIn(store)
    const renewed = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    const first = store.atomically(async ({ sessions }) => {
      await sessions.rotate({ hash: 'r1', nextHash: 'r2', atMs })
      await sessions.rotate({ hash: 'r2', nextHash: 'r3', atMs })
      renewed.resolve()
      await done.promise
    })
    await renewed.promise
    const second = rotate(store, 'r1', 'r4', 1)
    await expect.poll(() => waiting(database)).toBe(1)
    done.resolve()
    await first
    expect(await second).toMatchObject({ state: 'stolen' })
  })
})

/** Statements that wait for a lock. */
async function waiting({ handle }: Database): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    handle,
  )
  return rows.length
}
