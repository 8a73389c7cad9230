import { describe, expect, it } from 'vitest'
import { createAudiences } from '../adapters/postgres/audiences.ts'
import type { Database } from '../adapters/postgres/database.ts'
import { sessionOf } from '../adapters/postgres/session.ts'
import { ada, grace, playOn, thread } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine, onPostgres, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { type AudiencePlace, audienceLastsMs, audienceValidMs, createAudience } from './audience.ts'
import { createTown } from './testing/audience-town.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

const tides = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const
const finance = { ...tides, channelId: 'C2' }

async function settle({ database, store }: TestDatabase) {
  const clock = createSteppedClock()
  const town = createTown()
  const audienceOn = (on: Database) =>
    createAudience({
      audiences: createAudiences(sessionOf(on)),
      sources: [town.source],
      clock,
      log: silentLog,
    })
  const { open } = playOn(store)
  await open(thread)
  await open({ ...finance, threadId: '7' })
  await store.dialogues.open({
    thread: { ...tides, channelId: 'D1', threadId: '1' },
    direct: true,
    title: 'Alone',
    historyToRead: false,
  })
  const viewers = await Promise.all(
    [ada, grace].map(async author => {
      const { id } = await store.identities.meet(author)
      return { memberId: author.userId, identityIds: [id] }
    }),
  )
  const [viewer, other] = viewers
  if (!viewer || !other) throw new Error('Nobody is here.')
  return { clock, town, audience: audienceOn(database), audienceOn, viewer, other, reads: readsIn(database) }
}

/** What a Viewer's accounts may read at a moment, as the pages ask for it. */
function readsIn(database: Database) {
  return async (viewer: { readonly identityIds: readonly string[] }, atMs: number) => {
    const rows = await database.handle
      .selectFrom('audience_places')
      .select(['channel_id', 'thread_id'])
      .where('identity_id', 'in', viewer.identityIds)
      .where('valid_until', '>', new Date(atMs))
      .orderBy('channel_id')
      .orderBy('thread_id')
      .execute()
    return rows.map(row => row.thread_id || row.channel_id)
  }
}

onEveryEngine('an audience', open => {
  it('is what the platform says of each, and never direct messages', async () => {
    const { audience, clock, town, viewer, other, reads } = await settle(await open())
    town.put('U-ADA', 'C1', 'C2', 'D1', 'C-UNKNOWN')
    town.put('U-GRACE', 'C1')
    await audience.refresh(viewer, 1_000)
    await audience.refresh(other, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1', 'C2'])
    expect(await reads(other, clock.nowMs())).toEqual(['C1'])
  })

  it('asks about a private thread besides its channel', async () => {
    const test = await open()
    const { audience, clock, town, viewer, reads } = await settle(test)
    const secret = {
      thread: { ...tides, threadId: 'X' },
      direct: false,
      title: 'Quiet',
      historyToRead: false,
    }
    await test.store.dialogues.open({ ...secret, privateThread: true })
    // Another message there, by which it stays what it is.
    await test.store.dialogues.open(secret)
    town.put('U-ADA', 'C1')
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
    await audience.forget({ place: tides })
    town.put('U-ADA', 'C1', 'X')
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1', 'X'])
  })

  it('is asked for again only when its last word is old, and then replaced', async () => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    town.put('U-ADA', 'C1', 'C2')
    await audience.refresh(viewer, 1_000)
    town.put('U-ADA', 'C2')
    await clock.advance(audienceValidMs - 1)
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1', 'C2'])
    await clock.advance(1)
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C2'])
    expect(town.asked).toEqual(['U-ADA', 'U-ADA'])
  })

  it('is asked for anew as soon as a channel holds its first dialogue, and not for a second one', async () => {
    const test = await open()
    const { audience, clock, town, viewer, reads } = await settle(test)
    town.put('U-ADA', 'C1', 'C3')
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
    const { open: openThread } = playOn(test.store)
    await openThread({ ...tides, channelId: 'C3', threadId: '1' })
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1', 'C3'])
    await openThread({ ...tides, channelId: 'C3', threadId: '2' })
    await audience.refresh(viewer, 1_000)
    expect(town.asked).toEqual(['U-ADA', 'U-ADA'])
  })

  it('lasts while its platform is down, and no longer than its bound', async () => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    town.put('U-ADA', 'C1')
    await audience.refresh(viewer, 1_000)
    town.goDown(true)
    await clock.advance(audienceLastsMs - 1)
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
    await clock.advance(1)
    expect(await reads(viewer, clock.nowMs())).toEqual([])
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual([])
    town.goDown(false)
    await clock.advance(10_000)
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
  })

  it('does not keep a page waiting for a platform that was just found down', async () => {
    const { audience, clock, town, viewer } = await settle(await open())
    town.goDown(true)
    await audience.refresh(viewer, 1_000)
    await audience.refresh(viewer, 1_000)
    expect(town.asked).toEqual(['U-ADA'])
    await clock.advance(10_000)
    await audience.refresh(viewer, 1_000)
    expect(town.asked).toEqual(['U-ADA', 'U-ADA'])
  })

  it('is waited for as long as there is patience, and comes later all the same', async () => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    town.put('U-ADA', 'C1')
    const letGo = town.hold()
    const refreshed = audience.refresh(viewer, 300)
    await expect.poll(() => town.asked).toEqual(['U-ADA'])
    await clock.advance(300)
    await refreshed
    expect(await reads(viewer, clock.nowMs())).toEqual([])
    letGo()
    await expect.poll(() => reads(viewer, clock.nowMs())).toEqual(['C1'])
  })

  it('is asked for once by twenty pages at once', async () => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    town.put('U-ADA', 'C1')
    const letGo = town.hold()
    const refreshed = Array.from({ length: 20 }, () => audience.refresh(viewer, 60_000))
    await expect.poll(() => town.asked.length).toBeGreaterThan(0)
    letGo()
    await Promise.all(refreshed)
    expect(town.asked).toEqual(['U-ADA'])
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
  })

  it('is without whoever left, at once, and nobody else', async () => {
    const { audience, clock, town, viewer, other, reads } = await settle(await open())
    for (const userId of ['U-ADA', 'U-GRACE']) town.put(userId, 'C1', 'C2')
    await Promise.all([viewer, other].map(each => audience.refresh(each, 1_000)))
    await audience.forget({ place: tides, person: ada })
    expect(await reads(viewer, clock.nowMs())).toEqual(['C2'])
    expect(await reads(other, clock.nowMs())).toEqual(['C1', 'C2'])
    await audience.forget({ place: tides })
    expect(await reads(other, clock.nowMs())).toEqual(['C2'])
    await audience.forget({ place: { platform: 'slack', workspaceId: 'T1' } })
    expect(await reads(viewer, clock.nowMs())).toEqual([])
    expect(await reads(other, clock.nowMs())).toEqual([])
  })

  it('is asked for again by who just came, whenever it was asked before', async () => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    await audience.refresh(viewer, 1_000)
    town.put('U-ADA', 'C1')
    await audience.forget({ place: tides, person: ada })
    await audience.refresh(viewer, 1_000)
    expect(await reads(viewer, clock.nowMs())).toEqual(['C1'])
  })

  it.each([
    ['who left', { place: tides, person: ada }],
    ['a channel that changed', { place: tides }],
    ['a workspace that changed', { place: { platform: 'slack' as const, workspaceId: 'T1' } }],
  ])('never takes a word that was asked for before the word of %s', async (_, change) => {
    const { audience, clock, town, viewer, reads } = await settle(await open())
    town.put('U-ADA', 'C1', 'C2')
    const letGo = town.hold()
    const refreshed = audience.refresh(viewer, 60_000)
    await expect.poll(() => town.asked).toEqual(['U-ADA'])
    town.put('U-ADA', 'C2')
    await audience.forget(change)
    letGo()
    await refreshed
    expect(await reads(viewer, clock.nowMs())).toEqual(['C2'])
  })
})

onPostgres('an audience in two processes', open => {
  it('ends with the platform’s last word, however asking and forgetting meet', async () => {
    const test = await open()
    const { audience, audienceOn, clock, town, viewer, other, reads } = await settle(test)
    const second = audienceOn(await test.another())
    const spots: readonly AudiencePlace[] = [tides, finance]
    for (let round = 0; round < 20; round++) {
      for (const userId of ['U-ADA', 'U-GRACE']) town.put(userId, 'C1', 'C2')
      const before = town.asked.length
      const letGo = town.hold()
      const refreshed = [viewer, other].flatMap(each =>
        [audience, second].map(one => one.refresh(each, 60_000)),
      )
      await expect.poll(() => town.asked.length, { interval: 1 }).toBe(before + 4)
      for (const userId of ['U-ADA', 'U-GRACE']) town.put(userId, 'C1')
      letGo()
      await Promise.all([
        ...refreshed,
        ...spots.map(place => second.forget({ place })),
        audience.forget({ place: finance, person: ada }),
        second.forget({ place: finance, person: grace }),
      ])
      for (const each of [viewer, other]) expect(await reads(each, clock.nowMs())).not.toContain('C2')
      await Promise.all([viewer, other].map(each => second.refresh(each, 60_000)))
      for (const each of [viewer, other]) expect(await reads(each, clock.nowMs())).toEqual(['C1'])
      await audience.forget({ place: tides })
    }
  })
})

describe('an audience of a Viewer without accounts elsewhere', () => {
  it('asks nobody', async () => {
    const town = createTown()
    const audience = createAudience({
      audiences: {
        due: async () => [{ id: 'w', platform: 'web', realm: 'web', userId: 'm' }],
        begin: () => Promise.reject(new Error('asked')),
        keep: () => Promise.reject(new Error('asked')),
        forget: () => Promise.resolve(),
      },
      sources: [town.source],
      clock: createSteppedClock(),
      log: silentLog,
    })
    await audience.refresh({ memberId: 'm', identityIds: ['w'] }, 1_000)
    expect(town.asked).toEqual([])
  })
})
