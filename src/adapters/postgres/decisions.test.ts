import { expect, it } from 'vitest'
import { behindSince, heardUntil } from '../../core/heard.ts'
import type { InboundIgnored } from '../../core/inbound.ts'
import { onEveryEngine } from './testing/databases.ts'

const place = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const
const ada = { platform: 'slack', realm: 'T1', userId: 'U-ADA' } as const
const grace = { platform: 'slack', realm: 'T1', userId: 'U-GRACE' } as const

onEveryEngine('the decisions', open => {
  it('give an event to exactly one of twenty who claim it at once', async () => {
    const { store } = await open()
    const claims = Array.from({ length: 20 }, () =>
      store.atomically(async stores => {
        const event = { key: 'message:1', kind: 'message', place }
        const claimed = await stores.decisions.claim(event)
        if (claimed)
          await stores.decisions.record(event, { decision: { outcome: 'ignored', reason: 'not_joined' } })
        return claimed
      }),
    )
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1)
  })

  it('let an event be claimed again when its transaction failed', async () => {
    const { store } = await open()
    const event = { key: 'message:1', kind: 'message', place }
    const failing = store.atomically(async stores => {
      await stores.decisions.claim(event)
      throw new Error('the power went out')
    })
    await expect(failing).rejects.toThrow('the power went out')
    expect(await store.decisions.claim(event)).toBe(true)
  })

  it('tell one key of two channels apart', async () => {
    const { store } = await open()
    const event = { key: 'message:1', kind: 'message' }
    expect(await store.decisions.claim({ ...event, place })).toBe(true)
    expect(await store.decisions.claim({ ...event, place: { ...place, channelId: 'C2' } })).toBe(true)
    expect(await store.decisions.claim({ ...event, place })).toBe(false)
  })

  it('tell a person why the newest message of hers in a thread was not answered', async () => {
    const { store } = await open()
    const say = async (
      key: string,
      by: typeof ada | typeof grace,
      threadId: string,
      reason: 'not_joined' | 'empty',
    ) => {
      await store.decisions.claim({ key, kind: 'message', place })
      await store.decisions.record({ key, place }, { decision: { outcome: 'ignored', reason }, threadId, by })
    }
    await say('1', ada, 't1', 'not_joined')
    await say('2', grace, 't1', 'empty')
    await say('3', ada, 't2', 'empty')
    await store.decisions.claim({ key: '4', kind: 'command', place })
    await store.decisions.record(
      { key: '4', place },
      { decision: { outcome: 'answered', reason: 'command' }, by: ada },
    )
    await store.decisions.claim({ key: '5', kind: 'message', place })
    const reasonOf = async (of: { threadId?: string; by?: typeof ada | typeof grace }) =>
      (await store.decisions.latest({ place, ...of }))?.decision.reason
    expect(await reasonOf({ threadId: 't1', by: ada })).toBe('not_joined')
    expect(await reasonOf({ threadId: 't1' })).toBe('empty')
    expect(await reasonOf({ by: ada })).toBe('empty')
    expect(await reasonOf({ threadId: 't3', by: ada })).toBeUndefined()
  })

  it('know when a platform was last heard', async () => {
    const { store } = await open()
    expect(await store.decisions.lastReceivedMs('slack')).toBeUndefined()
    await store.decisions.claim({ key: '1', kind: 'message', place })
    const heardMs = await store.decisions.lastReceivedMs('slack')
    expect(heardMs).toBeGreaterThan(Date.now() - 60_000)
    expect(await store.decisions.lastReceivedMs('discord')).toBeUndefined()
  })

  it('know since when a platform is behind, whatever is received before it has caught up', async () => {
    const { store } = await open()
    const claim = ({ key, kind, place: at }: InboundIgnored) =>
      store.decisions.claim({ key, kind, place: at })
    const sinceMs = Date.now() - 600_000
    await claim(heardUntil('slack', sinceMs))
    await claim(behindSince('slack', sinceMs, Date.now()))
    await store.decisions.claim({ key: '1', kind: 'message', place })
    expect(await store.decisions.lastReceivedMs('slack')).toBe(sinceMs)
    const heardAgain = async () => {
      await claim(heardUntil('slack', Date.now()))
      return store.decisions.lastReceivedMs('slack')
    }
    await expect.poll(heardAgain).toBeGreaterThan(sinceMs + 500_000)
  })
})
