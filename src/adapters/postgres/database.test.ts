import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Signal } from '../../core/store.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { type Database, openDatabase } from './database.ts'
import { createStore } from './store.ts'
import { ada, playOn } from './testing/cast.ts'
import { onEveryEngine, onPostgres, startTestPostgres } from './testing/databases.ts'

const place = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const

onEveryEngine('a database', open => {
  it('refuses its outer handle inside a transaction, instead of waiting for ever', async () => {
    const { store, database } = await open()
    const inside = 'Inside a transaction only its own handle may be used.'
    for (const misuse of [
      () => store.decisions.claim({ key: '1', kind: 'message', place }),
      () => playOn(store).say(ada, 'hello'),
      () => store.atomically(() => Promise.resolve()),
      () => database.ping(),
    ])
      await expect(store.atomically<unknown>(() => misuse())).rejects.toThrow(inside)
    await database.ping()
  })

  it('lets what a transaction left behind use the outer handle once it has ended', async () => {
    const { store, database } = await open()
    const ended = Promise.withResolvers<void>()
    let left: Promise<void> = Promise.resolve()
    await store.atomically(async () => {
      left = ended.promise.then(() => database.ping())
    })
    ended.resolve()
    await expect(left).resolves.toBeUndefined()
  })

  it('keeps all of a transaction or nothing', async () => {
    const { store } = await open()
    const failing = store.atomically(async stores => {
      await stores.dialogues.open({
        thread: { ...place, threadId: '1' },
        direct: false,
        title: '',
        historyToRead: false,
      })
      throw new Error('never mind')
    })
    await expect(failing).rejects.toThrow('never mind')
    expect(await store.dialogues.find({ ...place, threadId: '1' })).toBeUndefined()
  })

  it('tells those who listen once a transaction is kept, and nothing of one that failed', async () => {
    const { store, database } = await open()
    const heard: Signal[] = []
    const stop = database.signals.listen(signal => heard.push(signal))
    const enqueue = (kind: string, fail: boolean) =>
      store.atomically(async stores => {
        await stores.jobs.enqueue({ kind, lane: 'a', payload: {} })
        if (fail) throw new Error('never mind')
      })
    await expect(enqueue('lost', true)).rejects.toThrow('never mind')
    await enqueue('kept', false)
    await expect.poll(() => heard).toEqual([{ type: 'job', kind: 'kept' }])
    stop()
    const others: Signal[] = []
    database.signals.listen(signal => others.push(signal))
    await enqueue('later', false)
    await expect.poll(() => others).toHaveLength(1)
    expect(heard).toHaveLength(1)
  })

  it('does not quote what people wrote in its errors', async () => {
    const { database } = await open()
    const insert = sql`
      insert into messages (id, dialogue_id, role, text, sent_at)
      values ('m1', 'none', 'nobody', ${'my pin is 1234'}, now())`.execute(database.handle)
    const error: unknown = await insert.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: '23514' })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain('1234')
  })

  it('is tidied while it is used', async () => {
    const { store, database } = await open()
    const [, , said] = await Promise.all([
      database.maintain(),
      database.maintain(),
      playOn(store).say(ada, 'hello'),
    ])
    expect(said.text).toBe('hello')
  })
})

async function backends(handle: Database['handle'], pid: number | undefined): Promise<number> {
  const { rows } = await sql`select from pg_stat_activity where pid = ${pid ?? 0}`.execute(handle)
  return rows.length
}

onPostgres('a server', open => {
  it('carries signals from one process to another, and again after the connection was cut', async () => {
    const { store, database, another } = await open()
    const other = await another()
    const heard: string[] = []
    other.signals.listen(signal => heard.push(signal.type === 'job' ? signal.kind : ''))
    await store.jobs.enqueue({ kind: 'before', lane: 'a', payload: {} })
    await expect.poll(() => heard).toEqual(['before'])
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen parley'`.execute(database.handle)
    const calls = () => store.jobs.enqueue({ kind: 'after', lane: 'a', payload: {} })
    await expect.poll(() => calls().then(() => heard.includes('after')), { timeout: 10_000 }).toBe(true)
  })

  it('that cuts every connection is used again as soon as it is back', async () => {
    const { database, another } = await open()
    const other = await another()
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(database.handle)
    await expect.poll(() => other.ping().then(() => 'up', codeOf), { timeout: 10_000 }).toBe('up')
  })

  it('that cuts a connection between two statements of a transaction ends the transaction, not the process', async () => {
    const { database, another } = await open()
    const other = await another()
    const held = other.handle.transaction().execute(async inside => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(inside)
      await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0})`.execute(database.handle)
      // Nothing is asked on it meanwhile: the end of the connection is an event of its own.
      await expect.poll(() => backends(database.handle, rows[0]?.pid)).toBe(0)
      await sql`select 1`.execute(inside)
    })
    expect(await held.then(() => 'went on', codeOf)).not.toBe('went on')
    await expect.poll(() => other.ping().then(() => 'up', codeOf), { timeout: 10_000 }).toBe('up')
  })

  it('that is gone is named as unavailable, in one line without the password', async () => {
    const test = await startTestPostgres()
    const right = new URL(test.url)
    const wrong = new URL(test.url)
    wrong.password = 'hunter2'
    const nowhere = new URL(test.url)
    nowhere.port = '1'
    const missing = new URL(test.url)
    missing.pathname = '/missing'
    for (const url of [wrong, nowhere, missing]) {
      const error: unknown = await openDatabase({ url: url.href }, { log: silentLog }).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ code: 'database_unavailable' })
      const message = error instanceof ParleyError ? error.message : ''
      expect(message).toMatch(new RegExp(`^The database at 127.0.0.1:${url.port} cannot be used: .+\\.$`))
      expect(message).not.toContain(url.password)
    }
    const malformed = openDatabase({ url: 'postgres://ada:hunter2@:::/x' }, { log: silentLog })
    await expect(malformed).rejects.toMatchObject({ code: 'invalid', cause: undefined })
    await expect(malformed).rejects.not.toThrow('hunter2')
    expect(right.password).not.toBe('')
    await test.drop()
  })

  it('that goes away later is unavailable, and does not end the process', async () => {
    const test = await startTestPostgres()
    const lines: string[] = []
    const log: Log = { ...silentLog, warn: (_, line) => lines.push(line) }
    const database = await openDatabase({ url: test.url }, { log })
    await database.ping()
    await test.drop()
    await expect.poll(() => database.ping().catch(codeOf)).toBe('database_unavailable')
    const claim = createStore(database).jobs.claim(['turn'], 1_000)
    await expect(claim).rejects.toMatchObject({ code: 'database_unavailable' })
    await expect.poll(() => lines).toContain('signals are not heard; listening again')
    await database.close()
  })
})

function codeOf(thrown: unknown): string {
  return thrown instanceof ParleyError ? thrown.code : String(thrown)
}
