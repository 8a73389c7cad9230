import { expect, it } from 'vitest'
import { createRetentionHandler, retentionJobKind, scheduleRetention } from '../../core/retention.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { Store } from '../../core/store.ts'
import type { Database } from './database.ts'
import { ada, atMs, grace, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const dayMs = 24 * 60 * 60_000
const workspace = { platform: 'slack', workspaceId: 'T1' } as const

async function sweepAll(store: Store, nowMs: number, limit = 50): Promise<number> {
  let erased = 0
  for (let more = true; more; ) {
    const swept = await store.retention.sweep(nowMs, limit)
    erased += swept.erased
    more = swept.more
  }
  return erased
}

/** Dialogues are used by the database's clock; this one was used last when its last message was sent. */
const age = (database: Database) =>
  database.handle
    .updateTable('dialogues')
    .set({ used_at: new Date(atMs) })
    .execute()

const textsIn = async (store: Store, id: string) =>
  (await store.messages.before(id, Number.MAX_SAFE_INTEGER, 99)).map(({ text }) => text)

onEveryEngine('retention', open => {
  it('erases nothing where no rule is', async () => {
    const { store, database } = await open()
    await playOn(store).say(ada, 'Old.')
    await age(database)
    expect(await sweepAll(store, atMs + 1_000 * dayMs)).toBe(0)
    expect(await store.dialogues.find(thread)).toBeDefined()
  })

  it('erases a dialogue in which nothing is young enough, and not a day before', async () => {
    const { store, database } = await open()
    await playOn(store).say(ada, 'Old.')
    await age(database)
    await store.retention.set({ ...workspace, days: 30 })
    expect(await sweepAll(store, atMs + 29 * dayMs)).toBe(0)
    expect(await sweepAll(store, atMs + 31 * dayMs)).toBe(1)
    expect(await store.dialogues.find(thread)).toBeUndefined()
  })

  it('of a dialogue that goes on, erases the old messages alone', async () => {
    const { store } = await open()
    const play = playOn(store)
    const old = await play.say(ada, 'Old.')
    await store.messages.append({
      dialogueId: old.dialogueId,
      author: grace,
      ref: 'young',
      text: 'Young.',
      files: [],
      sentAtMs: atMs + 20 * dayMs,
    })
    await store.retention.set({ ...workspace, days: 15 })
    expect(await sweepAll(store, atMs + 30 * dayMs)).toBe(1)
    expect(await textsIn(store, old.dialogueId)).toEqual(['Young.'])
  })

  it('a channel’s own rule goes before its workspace’s, whichever is longer', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    const threads = ['C1', 'C2', 'C3'].map(channelId => ({ ...place, channelId, threadId: channelId }))
    for (const where of threads) await play.say(ada, 'Old.', where)
    await age(database)
    await store.retention.set({ ...workspace, days: 30 })
    await store.retention.set({ ...workspace, channelId: 'C1', days: 10 })
    await store.retention.set({ ...workspace, channelId: 'C2', days: 90 })
    const left = async () =>
      (await Promise.all(threads.map(where => store.dialogues.find(where)))).map(found => found !== undefined)
    await sweepAll(store, atMs + 20 * dayMs)
    expect(await left()).toEqual([false, true, true])
    await sweepAll(store, atMs + 60 * dayMs)
    expect(await left()).toEqual([false, true, false])
  })

  it('works in batches, however much there is', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    for (let number = 0; number < 12; number++)
      await play.say(ada, 'Old.', { ...thread, threadId: `old ${number}` })
    await age(database)
    await store.retention.set({ ...workspace, days: 1 })
    expect(await store.retention.sweep(atMs + 9 * dayMs, 5)).toEqual({ erased: 5, more: true })
    expect(await sweepAll(store, atMs + 9 * dayMs, 5)).toBe(7)
  })

  it('what is too old is not read back from its platform', async () => {
    const { store } = await open()
    await store.retention.set({ ...workspace, days: 30 })
    expect(await store.retention.keptFromMs(thread, atMs)).toBe(atMs - 30 * dayMs)
    await store.retention.set({ ...workspace, channelId: thread.channelId, days: 7 })
    expect(await store.retention.keptFromMs(thread, atMs)).toBe(atMs - 7 * dayMs)
    await store.retention.remove({ ...workspace, channelId: thread.channelId })
    expect(await store.retention.rules()).toEqual([{ ...workspace, days: 30 }])
  })

  it('runs daily by itself: one job waits, however many processes start, and leaves the next', async () => {
    const { store, database } = await open()
    await playOn(store).say(ada, 'Old.')
    await age(database)
    await store.retention.set({ ...workspace, days: 1 })
    await Promise.all([1, 2, 3].map(() => scheduleRetention(store.jobs)))
    const [job] = await store.jobs.claim([retentionJobKind], 30_000)
    if (!job) throw new Error('There is no job.')
    const clock = { nowMs: () => atMs + 9 * dayMs, sleep: () => Promise.resolve() }
    await createRetentionHandler({ store, clock, log: silentLog }).run(job, new AbortController().signal)
    await store.jobs.finish(job.lease)
    expect(await store.dialogues.find(thread)).toBeUndefined()
    expect(await store.jobs.claim([retentionJobKind], 30_000)).toEqual([])
    expect(await store.jobs.nextDueMs([retentionJobKind])).toBeGreaterThan(23 * 60 * 60_000)
  })
})
