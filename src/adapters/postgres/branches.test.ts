import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInbox } from '../../core/inbox.ts'
import type { Author } from '../../core/identity.ts'
import type { InboundMessage } from '../../core/inbound.ts'
import type { Store } from '../../core/store.ts'
import { linkMaking } from '../../core/testing/link-making.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { atMs, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const ada: Author = { platform: 'web', realm: 'web', userId: 'ada', name: 'Ada' }
const webThread: ThreadRef = { platform: 'web', workspaceId: 'web', channelId: 'd1', threadId: 'd1' }
const end = Number.MAX_SAFE_INTEGER

function chatOn(store: Store) {
  const inbox = createInbox({
    store,
    clock: createSteppedClock(),
    log: silentLog,
    trail: () => {},
    linking: linkMaking,
  })
  let count = 0
  const message = (text: string, ref: string): InboundMessage => ({
    kind: 'message',
    key: `message:${ref}`,
    thread: webThread,
    messageRef: ref,
    author: ada,
    text,
    sentAtMs: atMs,
    direct: true,
    mentionsParley: false,
    inThread: false,
    files: [],
  })
  const newest = async () => {
    const dialogue = await store.dialogues.find(webThread)
    return store.messages.before(dialogue?.id ?? '', end, 1_000, dialogue?.branchId)
  }
  const next = () => `r${(count += 1)}`
  return {
    say: (text: string, ref = next()) => inbox.receive(message(text, ref)),
    edit: (messageRef: string, text: string) =>
      inbox.receive({ kind: 'edit', key: `edit:${next()}`, message: message(text, messageRef) }),
    regenerate: (answerId: string, key = next()) =>
      inbox.receive({ kind: 'regenerate', key, thread: webThread, answerId, by: ada, atMs }),
    /** What the model would be given along the current branch, oldest first. */
    texts: async () => (await newest()).toReversed().map(({ text }) => text),
    newest,
  }
}

onEveryEngine('branches of a web dialogue', open => {
  it('keep the old answer beside the new one, under the same question', async () => {
    const { store } = await open()
    const { answer } = playOn(store)
    const { say, regenerate, texts, newest } = chatOn(store)
    await say('how often?')
    await answer('Twice a day.')
    const [first] = await newest()
    expect(await regenerate(first?.id ?? '')).toMatchObject({ decision: { reason: 'regenerated' } })
    expect(await answer('Every twelve hours.')).toEqual(['how often?'])
    expect(await texts()).toEqual(['how often?', 'Every twelve hours.'])
    const [second] = await newest()
    await regenerate(second?.id ?? '')
    await answer('It depends.')
    expect(await texts()).toEqual(['how often?', 'It depends.'])
    const dialogueId = second?.dialogueId ?? ''
    const branches = await store.branches.list(dialogueId)
    // Three ways from one place: they stand beside each other.
    expect(branches.map(({ parentId, fromPosition }) => [parentId, fromPosition])).toEqual([
      [undefined, first?.position],
      [undefined, first?.position],
    ])
    await store.branches.switchTo(dialogueId, undefined)
    await say('and in winter?')
    await answer('As often.')
    expect(await texts()).toEqual(['how often?', 'Twice a day.', 'and in winter?', 'As often.'])
    await store.branches.switchTo(dialogueId, branches[0]?.id)
    expect(await texts()).toEqual(['how often?', 'Every twelve hours.'])
    await expect(store.branches.switchTo(dialogueId, 'none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('begin at a question that was asked in other words', async () => {
    const { store } = await open()
    const { answer } = playOn(store)
    const { say, edit, texts } = chatOn(store)
    await say('hello')
    await answer('Hello.')
    await say('how oftn?', 'typo')
    await answer('What?')
    await edit('typo', 'how often?')
    expect(await answer('Twice a day.')).toEqual(['how often?'])
    expect(await texts()).toEqual(['hello', 'Hello.', 'how often?', 'Twice a day.'])
  })

  it('are not made of an answer that is still written, nor twice of one request', async () => {
    const { store } = await open()
    const { answer, begin } = playOn(store)
    const { say, regenerate, newest } = chatOn(store)
    const { turnId } = await say('how often?')
    const { brief, lease } = await begin()
    expect(await regenerate(brief.turn.answerId)).toMatchObject({ decision: { reason: 'unfinished' } })
    await store.turns.deliver(turnId ?? '', lease, { end: 'done', text: 'Twice.', tokens: 1 })
    await store.turns.end(turnId ?? '', lease)
    const both = await Promise.all([
      regenerate(brief.turn.answerId, 'once'),
      regenerate(brief.turn.answerId, 'once'),
    ])
    expect(both.filter(({ duplicate }) => duplicate)).toHaveLength(1)
    await answer('Again.')
    expect((await newest()).map(({ text }) => text)).toEqual(['Again.', 'how often?'])
    expect(await regenerate('none')).toMatchObject({ decision: { reason: 'unknown_message' } })
  })

  it('have summaries of their own, and the trunk’s where it tells of nothing after the fork', async () => {
    const { store } = await open()
    const { answer } = playOn(store)
    const { say, regenerate, newest } = chatOn(store)
    await say('one')
    await answer('1')
    await say('two')
    await answer('2')
    const [last, , first] = await newest()
    const dialogueId = last?.dialogueId ?? ''
    const summary = (throughPosition: number, text: string) => ({
      text,
      tokens: 1,
      throughPosition,
      messages: 1,
    })
    await store.summaries.save(dialogueId, summary(first?.position ?? 0, 'of the trunk'))
    await regenerate(last?.id ?? '')
    const branchId = (await store.dialogues.get(dialogueId)).branchId ?? ''
    expect(await store.summaries.find(dialogueId, branchId)).toMatchObject({ text: 'of the trunk' })
    await store.summaries.save(dialogueId, summary(last?.position ?? 0, 'of too much'))
    expect(await store.summaries.find(dialogueId, branchId)).toBeUndefined()
    await store.summaries.save(dialogueId, summary((last?.position ?? 0) + 9, 'of the branch'), branchId)
    expect(await store.summaries.find(dialogueId, branchId)).toMatchObject({ text: 'of the branch' })
    expect(await store.summaries.find(dialogueId)).toMatchObject({ text: 'of too much' })
    await store.summaries.forget(dialogueId, first?.position ?? 0)
    expect(await store.summaries.find(dialogueId, branchId)).toBeUndefined()
  })

  it('tell, whatever was done, exactly what was said along them', async () => {
    const act = fc.oneof(
      fc.record({ type: fc.constant('say' as const) }),
      fc.record({ type: fc.constant('regenerate' as const), at: fc.nat() }),
      fc.record({ type: fc.constant('edit' as const), at: fc.nat() }),
      fc.record({ type: fc.constant('switch' as const), at: fc.nat() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async acts => {
        const { store } = await open()
        const { answer } = playOn(store)
        const chat = chatOn(store)
        /** The model of it: what each branch tells, by its id. */
        const told = new Map<string | undefined, readonly string[]>([[undefined, []]])
        let current: string | undefined
        let words = 0
        for (const what of acts) {
          const here = told.get(current) ?? []
          const messages = (await chat.newest()).toReversed()
          const role = what.type === 'edit' ? 'user' : 'assistant'
          const choices = messages.filter(message => message.role === role)
          const text = `w${(words += 1)}`
          if (what.type === 'switch') {
            const ids = [...told.keys()]
            current = ids[what.at % ids.length]
            const dialogue = await store.dialogues.find(webThread)
            if (dialogue) await store.branches.switchTo(dialogue.id, current)
            else current = undefined
          } else if (what.type === 'say') {
            await chat.say(text)
            await answer(`re ${text}`)
            told.set(current, [...here, text, `re ${text}`])
          } else {
            const chosen = choices[what.at % Math.max(1, choices.length)]
            if (!chosen) continue
            const kept = here.slice(0, messages.indexOf(chosen))
            if (what.type === 'edit') await chat.edit(chosen.ref ?? '', text)
            else await chat.regenerate(chosen.id)
            await answer(`re ${text}`)
            current = (await store.dialogues.find(webThread))?.branchId
            told.set(current, [...kept, ...(what.type === 'edit' ? [text] : []), `re ${text}`])
          }
          expect(await chat.texts()).toEqual(told.get(current))
        }
        const dialogue = await store.dialogues.find(webThread)
        for (const [branchId, texts] of told) {
          const messages = await store.messages.before(dialogue?.id ?? '', end, 1_000, branchId)
          expect(messages.toReversed().map(({ text }) => text)).toEqual(texts)
        }
      }),
      { numRuns: 12 },
    )
  })
})
