import { expect, it } from 'vitest'
import { ada, atMs, place } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import type { InboundMessage } from './inbound.ts'
import { createInbox } from './inbox.ts'
import type { Store } from './store.ts'
import { linkMaking } from './testing/link-making.ts'
import { silentLog } from './testing/silent-log.ts'

const thread = { ...place, threadId: '1.0' }
const utterance = (messageRef: string, text: string, atSecond: number) =>
  ({ ref: messageRef, text, files: [], author: ada, sentAtMs: atMs + atSecond * 1_000 }) as const

function hearingOn(store: Store) {
  const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }
  const inbox = createInbox({ store, clock, log: silentLog, trail: () => {}, linking: linkMaking })
  const hear = ({ ref, text, ...said }: ReturnType<typeof utterance>) => {
    const message: InboundMessage = {
      kind: 'message',
      key: `message:${ref}`,
      thread,
      messageRef: ref,
      direct: false,
      mentionsParley: true,
      inThread: ref !== thread.threadId,
      text,
      ...said,
    }
    return inbox.receive(message)
  }
  return { inbox, hear }
}

const first = utterance('1.0', '@Parley what is the tide?', 0)
const second = utterance('2.0', '@Parley and the moon?', 1)

onEveryEngine('a question that is told after a later one of its thread', open => {
  it('was read with the thread by then, and is answered all the same, once', async () => {
    const { store } = await open()
    const { hear } = hearingOn(store)
    const later = await hear(second)
    const { dialogueId } = await store.turns.get(later.turnId ?? '')
    await store.messages.prepend(dialogueId, [{ ...first, dialogueId, byParley: false }])
    const { decision, turnId } = await hear(first)
    expect(decision).toEqual({ outcome: 'answered', reason: 'mention' })
    const known = await store.messages.findByRef(place, first.ref)
    expect(await store.turns.askedIds(turnId ?? '')).toContain(known?.id)
    expect(await hear(first)).toMatchObject({ duplicate: true })
  })

  it('and was deleted meanwhile, is not answered', async () => {
    const { store } = await open()
    const { hear, inbox } = hearingOn(store)
    const later = await hear(second)
    const { dialogueId } = await store.turns.get(later.turnId ?? '')
    await store.messages.prepend(dialogueId, [{ ...first, dialogueId, byParley: false }])
    await inbox.receive({ kind: 'delete', key: 'delete:1.0', place, messageRef: first.ref })
    expect((await hear(first)).decision).toEqual({ outcome: 'ignored', reason: 'duplicate' })
  })
})
