import { expect, it } from 'vitest'
import { ada, atMs, place, thread } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import type { InboundMessage } from './inbound.ts'
import { createInbox } from './inbox.ts'
import type { Store } from './store.ts'
import { linkMaking } from './testing/link-making.ts'
import { silentLog } from './testing/silent-log.ts'

const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }

/** Ada speaks in a channel, or in one of its threads. */
function adaSpeaksTo(store: Store) {
  const inbox = createInbox({ store, clock, log: silentLog, trail: () => {}, linking: linkMaking })
  return (messageRef: string, text: string, threadId?: string) => {
    const said: InboundMessage = {
      kind: 'message',
      key: `message:${messageRef}`,
      thread: { ...thread, threadId: threadId ?? messageRef },
      messageRef,
      author: ada,
      text,
      sentAtMs: atMs,
      direct: false,
      mentionsParley: text.includes('@Parley'),
      inThread: threadId !== undefined,
      files: [],
    }
    return inbox.receive(said)
  }
}

onEveryEngine('what is said and not for Parley', open => {
  it('is taken once, however often it comes at once, and nothing of it is kept but why', async () => {
    const { store } = await open()
    const say = adaSpeaksTo(store)
    const received = await Promise.all(Array.from({ length: 20 }, () => say('200.1', 'lunch, anybody?')))
    expect(received.filter(({ duplicate }) => !duplicate)).toEqual([
      { decision: { outcome: 'ignored', reason: 'not_joined' }, duplicate: false, threadId: '200.1' },
    ])
    expect(await store.decisions.latest({ place, by: ada })).toMatchObject({
      decision: { outcome: 'ignored', reason: 'not_joined' },
      kind: 'message',
    })
    expect(await store.dialogues.find({ ...thread, threadId: '200.1' })).toBeUndefined()
  })

  it('is kept in a thread where Parley answers, and answered where everything is', async () => {
    const { store } = await open()
    const say = adaSpeaksTo(store)
    const asked = await say('200.1', '@Parley what is for lunch?')
    expect(asked).toMatchObject({ decision: { outcome: 'answered' }, threadId: '200.1' })
    expect(await say('200.2', 'and for dinner?', '200.1')).toMatchObject({
      decision: { outcome: 'answered', reason: 'follow_up' },
      threadId: '200.1',
    })
    expect((await say('200.3', 'elsewhere', '199.1')).decision.reason).toBe('not_joined')
    const workspace = { platform: 'slack', workspaceId: place.workspaceId } as const
    await store.policies.set({ workspace, channelId: place.channelId }, { answerMode: 'all' })
    expect((await say('200.4', 'elsewhere again', '199.1')).decision.reason).toBe('answers_all')
  })

  it('belongs to the channel where that is one Dialogue', async () => {
    const { store } = await open()
    const say = adaSpeaksTo(store)
    const workspace = { platform: 'slack', workspaceId: place.workspaceId } as const
    await store.policies.set({ workspace, channelId: place.channelId }, { answersIn: 'place' })
    expect((await say('200.1', 'lunch, anybody?')).threadId).toBe(place.channelId)
    expect((await say('200.2', '@Parley what is for lunch?')).threadId).toBe(place.channelId)
    expect((await say('200.3', 'a thread of its own', '200.1')).threadId).toBe('200.1')
  })
})
