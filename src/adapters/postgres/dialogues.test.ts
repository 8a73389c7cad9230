import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from './database.ts'
import { ada, grace, linus, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'

const opening = { thread, direct: false, title: 'Tides', historyToRead: true }

onEveryEngine('dialogues', open => {
  it('are made once for a thread, however many open it at once', async () => {
    const { store } = await open()
    const opened = await Promise.all(Array.from({ length: 20 }, () => store.dialogues.open(opening)))
    expect(new Set(opened.map(dialogue => dialogue.id)).size).toBe(1)
    expect(opened[0]).toEqual({
      id: opened[0]?.id,
      thread,
      direct: false,
      title: 'Tides',
      delivery: {},
      historyRead: false,
    })
    expect(await store.dialogues.find({ ...thread, threadId: '100.2' })).toBeUndefined()
    await expect(store.dialogues.get('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('keep what they were, and learn where they are shown', async () => {
    const { store } = await open()
    const { id } = await store.dialogues.open({ ...opening, delivery: { team: 'T1', old: true } })
    await store.dialogues.open({ ...opening, title: 'Later', historyToRead: false, delivery: { old: false } })
    await store.dialogues.saveDelivery(id, { stream: 'S1', none: null })
    await store.dialogues.markHistoryRead(id)
    expect(await store.dialogues.get(id)).toMatchObject({
      title: 'Tides',
      delivery: { team: 'T1', old: false, stream: 'S1', none: null },
      historyRead: true,
    })
  })

  it('are found in the thread they moved to', async () => {
    const { store } = await open()
    const { id } = await store.dialogues.open(opening)
    const real = { ...place, threadId: '300.1' }
    await store.dialogues.moveTo(id, real)
    expect((await store.dialogues.find(real))?.id).toBe(id)
    expect(await store.dialogues.find(thread)).toBeUndefined()
  })

  it('list the channels of direct messages, those used last first', async () => {
    const { store } = await open()
    const { say } = playOn(store)
    for (const channelId of ['D1', 'D2', 'D3'])
      await store.dialogues.open({ ...opening, thread: { ...thread, channelId }, direct: true })
    await store.dialogues.open(opening)
    await say(ada, 'hello', { ...thread, channelId: 'D1' })
    await say(ada, 'hello', { ...thread, channelId: 'D3' })
    expect(await store.dialogues.directChannels('slack', 2)).toEqual(['D3', 'D1'])
    expect(await store.dialogues.directChannels('discord', 2)).toEqual([])
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

onPostgres('a dialogue that is locked', open => {
  it('makes others wait until its transaction ends', async () => {
    const { store, database } = await open()
    const { id } = await store.dialogues.open(opening)
    const locked = Promise.withResolvers<void>()
    const done = Promise.withResolvers<void>()
    const order: string[] = []
    const first = store.atomically(async stores => {
      await stores.dialogues.lock(id)
      locked.resolve()
      await done.promise
      order.push('first')
    })
    await locked.promise
    const second = store.atomically(stores => stores.dialogues.lock(id)).then(() => order.push('second'))
    // What only refers to the dialogue does not wait.
    await store.summaries.save(id, { text: 's', tokens: 1, throughPosition: 1, messages: 1 })
    await expect.poll(() => waiting(database)).toBe(1)
    done.resolve()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })
})

onEveryEngine('identities', open => {
  it('are made once, and take a name when one is told', async () => {
    const { store } = await open()
    const met = await Promise.all(Array.from({ length: 20 }, () => store.identities.meet(linus)))
    expect(new Set(met.map(identity => identity.id)).size).toBe(1)
    expect(met[0]).not.toHaveProperty('name')
    const named = await store.identities.meet({ ...linus, name: 'Linus' })
    expect(await store.identities.meet(linus)).toEqual({ ...named, name: 'Linus' })
    expect(await store.identities.meet({ ...linus, name: 'Linus T.' })).toMatchObject({
      id: named.id,
      name: 'Linus T.',
    })
  })

  it('are found by id, and their names by user', async () => {
    const { store } = await open()
    const [first, second] = [await store.identities.meet(ada), await store.identities.meet(linus)]
    expect(await store.identities.get([first.id, second.id, 'none'])).toEqual(
      new Map([
        [first.id, first],
        [second.id, second],
      ]),
    )
    const names = (realm: string) =>
      store.identities.names('slack', realm, [ada.userId, linus.userId, grace.userId])
    expect(await names('T1')).toEqual(new Map([[ada.userId, 'Ada']]))
    expect(await names('T2')).toEqual(new Map())
    expect(await store.identities.get([])).toEqual(new Map())
  })
})
