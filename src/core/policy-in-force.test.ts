import { expect, it } from 'vitest'
import { ada, atMs, grace, place, thread } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import type { InboundMessage } from './inbound.ts'
import { createInbox } from './inbox.ts'
import type { PolicyLevel } from './policy.ts'
import type { Store } from './store.ts'
import { linkMaking } from './testing/link-making.ts'
import { silentLog } from './testing/silent-log.ts'

const workspace = { platform: 'slack', workspaceId: 'T1' } as const

/** People who speak in a channel of Slack, as its events tell it. */
function speakingOn(store: Store) {
  const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }
  const inbox = createInbox({ store, clock, log: silentLog, trail: () => {}, linking: linkMaking })
  let said = 0
  const toMessage = (text: string, more: Partial<InboundMessage>): InboundMessage => {
    const messageRef = more.messageRef ?? `${200 + (said += 1)}.1`
    return {
      kind: 'message',
      key: `message:${messageRef}`,
      thread: { ...thread, threadId: messageRef },
      messageRef,
      author: ada,
      text,
      sentAtMs: atMs + said,
      direct: false,
      mentionsParley: text.includes('@Parley'),
      inThread: false,
      files: [],
      ...more,
    }
  }
  const say = (text: string, more: Partial<InboundMessage> = {}) => inbox.receive(toMessage(text, more))
  const edit = (text: string, messageRef: string, more: Partial<InboundMessage> = {}) =>
    inbox.receive({ kind: 'edit', key: `edit:${text}`, message: toMessage(text, { messageRef, ...more }) })
  const why = async (threadId?: string) =>
    (
      await inbox.receive({
        kind: 'command',
        key: `why:${(said += 1)}`,
        name: 'why',
        text: '',
        thread: { ...thread, threadId: threadId ?? thread.channelId },
        inThread: threadId !== undefined,
        by: ada,
        atMs,
        direct: false,
      })
    ).reply
  const told = async () => {
    const words: unknown[] = []
    for (;;) {
      const [job] = await store.jobs.claim(['whisper'], 1_000)
      if (!job) return words
      words.push(job.payload['reason'] ?? job.payload['word'])
      await store.jobs.finish(job.lease)
    }
  }
  return { inbox, say, edit, why, told }
}

const onChannel = (store: Store, level: PolicyLevel) =>
  store.policies.set({ workspace, channelId: place.channelId }, level)

onEveryEngine('a policy in force', open => {
  it('refuses who is denied, keeps nothing, tells them alone and once, and can say why', async () => {
    const { store } = await open()
    const { say, why, told } = speakingOn(store)
    await onChannel(store, { access: [{ effect: 'deny', who: { kind: 'everybody' } }] })
    const refused = { outcome: 'refused', reason: 'not_allowed' }
    expect((await say('@Parley what changed?')).decision).toEqual(refused)
    expect((await say('@Parley hello?')).decision).toEqual(refused)
    expect(await store.dialogues.find({ ...thread, threadId: '201.1' })).toBeUndefined()
    expect(await store.jobs.claim(['turn'], 1_000)).toEqual([])
    expect(await told()).toEqual(['not_allowed'])
    expect(await why()).toContain('have not opened this channel to you')
    expect((await say('hello all')).decision).toEqual({ outcome: 'ignored', reason: 'not_joined' })
  })

  it('lets one through by name, and their account by its Member', async () => {
    const { store } = await open()
    const { say } = speakingOn(store)
    const { id } = await store.identities.meet(grace)
    await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    await store.members.link((await store.identities.meet(ada)).id, 'm-ada', atMs)
    await onChannel(store, {
      access: [
        { effect: 'allow', who: { kind: 'identity', identityId: id } },
        { effect: 'allow', who: { kind: 'member', memberId: 'm-ada' } },
        { effect: 'deny', who: { kind: 'everybody' } },
      ],
    })
    const linus = { ...ada, userId: 'U-LINUS', name: 'Linus' }
    const words = []
    for (const author of [grace, ada, linus])
      words.push((await say('@Parley hello?', { author })).decision.outcome)
    expect(words).toEqual(['answered', 'answered', 'refused'])
  })

  it('refuses a role that the event tells of, and leaves unread ones to the turn', async () => {
    const { store } = await open()
    const { say } = speakingOn(store)
    await onChannel(store, { access: [{ effect: 'deny', who: { kind: 'role', role: 'external' } }] })
    const roles = { has: ['external'], unread: [] }
    expect((await say('@Parley hello?', { roles })).decision.outcome).toBe('refused')
    expect((await say('@Parley hello?')).decision.outcome).toBe('answered')
  })

  it('asks for a linked account, and for nothing once it is linked', async () => {
    const { store } = await open()
    const { say, told } = speakingOn(store)
    await store.policies.set({}, { linkedOnly: true })
    expect((await say('@Parley hello?')).decision.reason).toBe('link_needed')
    expect(await told()).toEqual(['link_needed'])
    await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    await store.members.link((await store.identities.meet(ada)).id, 'm-ada', atMs)
    expect((await say('@Parley hello?')).decision.outcome).toBe('answered')
    await store.members.change('m-ada', { suspendedAtMs: atMs })
    expect((await say('@Parley hello?')).decision.reason).toBe('suspended')
  })

  it('keeps words that are not allowed out of the thread, in questions and in edits of them', async () => {
    const { store } = await open()
    const { say, edit, told } = speakingOn(store)
    await onChannel(store, { moderation: { words: ['Falcon'], checks: 'questions' } })
    expect((await say('@Parley how fast is a falcon?')).decision.reason).toBe('moderated')
    const asked = await say('@Parley how fast is a heron?', { messageRef: '300.1' })
    expect(asked.decision.outcome).toBe('answered')
    const edited = await edit('@Parley how fast is a falcon?', '300.1')
    expect(edited.decision).toEqual({ outcome: 'refused', reason: 'moderated' })
    expect((await store.messages.findByRef(place, '300.1'))?.text).toBe('@Parley how fast is a heron?')
    expect(await told()).toEqual(['moderated'])
  })

  it('keeps what a refused person says in a thread that others ask in', async () => {
    const { store } = await open()
    const { say } = speakingOn(store)
    await say('@Parley hello?', { messageRef: '300.1' })
    await onChannel(store, {
      access: [
        { effect: 'deny', who: { kind: 'identity', identityId: (await store.identities.meet(grace)).id } },
      ],
    })
    const inThread = { thread: { ...thread, threadId: '300.1' }, inThread: true, author: grace }
    expect((await say('@Parley and me?', inThread)).decision.outcome).toBe('refused')
    const dialogue = await store.dialogues.find({ ...thread, threadId: '300.1' })
    const kept = await store.messages.before(dialogue?.id ?? '', Number.MAX_SAFE_INTEGER, 9)
    expect(kept.map(({ text }) => text)).toEqual(['@Parley and me?', '@Parley hello?'])
  })

  it.each([
    ['mention', 'mention_needed', 'mention_needed'],
    ['follow_up', 'not_joined', 'follow_up'],
    ['all', 'answers_all', 'answers_all'],
  ] as const)(
    'in the mode %s, says %s to what is said and %s to what follows',
    async (mode, first, second) => {
      const { store } = await open()
      const { say } = speakingOn(store)
      await onChannel(store, { answerMode: mode })
      expect((await say('is it slow again?')).decision.reason).toBe(first)
      expect((await say('@Parley hello?', { messageRef: '300.1' })).decision.reason).toBe('mention')
      const inThread = { thread: { ...thread, threadId: '300.1' }, inThread: true }
      expect((await say('and now?', inThread)).decision.reason).toBe(second)
    },
  )

  it('a thread is quiet when it was told to be, until it is told to speak', async () => {
    const { store } = await open()
    const { say, told, why } = speakingOn(store)
    const inThread = { thread: { ...thread, threadId: '300.1' }, inThread: true }
    await say('@Parley hello?', { messageRef: '300.1' })
    expect((await say('@Parley, be quiet.', inThread)).decision.reason).toBe('told_quiet')
    expect((await say('and now?', inThread)).decision.reason).toBe('quiet_thread')
    expect(await why('300.1')).toContain('told to in this thread')
    expect((await say('@Parley and now?', inThread)).decision.reason).toBe('mention')
    expect((await say('@Parley speak', inThread)).decision.reason).toBe('told_to_speak')
    expect((await say('and now?', inThread)).decision.reason).toBe('follow_up')
    expect(await told()).toEqual(['quiet', 'speaking'])
  })

  it('where the channel itself is answered, it is one dialogue, and only mentions are', async () => {
    const { store } = await open()
    const { say } = speakingOn(store)
    await onChannel(store, { answersIn: 'place' })
    const first = await say('@Parley hello?')
    expect((await say('thanks')).decision).toEqual({ outcome: 'ignored', reason: 'not_joined' })
    const second = await say('@Parley and me?', { author: grace })
    const dialogue = await store.dialogues.find({ ...thread, threadId: thread.channelId })
    const turns = await store.turns.active({ dialogueId: dialogue?.id ?? '' })
    expect(turns.map(({ id }) => id)).toEqual([first.turnId, second.turnId])
    const kept = await store.messages.before(dialogue?.id ?? '', Number.MAX_SAFE_INTEGER, 9)
    expect(kept.map(({ text }) => text)).toEqual(['@Parley and me?', 'thanks', '@Parley hello?'])
  })
})
