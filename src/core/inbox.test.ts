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

  it('that comes again at once is known where it was taken, whether or not the database can be asked', async () => {
    const { store } = await open()
    let isThere = true
    const say = adaSpeaksTo({
      ...store,
      atomically: work => (isThere ? store.atomically(work) : Promise.reject(new Error('It is gone.'))),
    })
    expect((await say('200.1', '@Parley what is for lunch?')).duplicate).toBe(false)
    isThere = false
    await expect(say('200.2', '@Parley and for dinner?')).rejects.toThrow('It is gone.')
    expect((await say('200.1', '@Parley what is for lunch?')).duplicate).toBe(true)
  })

  it('that comes again elsewhere, or long after, is known by the database', async () => {
    const { store } = await open()
    const [here, elsewhere] = [adaSpeaksTo(store), adaSpeaksTo(store)]
    expect((await here('200.1', '@Parley what is for lunch?')).duplicate).toBe(false)
    expect((await elsewhere('200.1', '@Parley what is for lunch?')).duplicate).toBe(true)
    for (let number = 0; number < 1_001; number += 1) await here(`300.${number}`, 'so it goes')
    expect((await here('200.1', '@Parley what is for lunch?')).duplicate).toBe(true)
  })
})
