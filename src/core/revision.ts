import { admit, refuse } from './admission.ts'
import type { InboundDelete, InboundEdit } from './inbound.ts'
import type { Outcome } from './decision.ts'
import { receiveMessage } from './receive-message.ts'
import type { Message } from './message.ts'
import type { Stores } from './store.ts'

/** An edited question is answered again into the same answer; an edit that first addresses Parley is a question. */
export async function receiveEdit(stores: Stores, edit: InboundEdit, atMs: number): Promise<Outcome> {
  const { message } = edit
  const about = { threadId: message.thread.threadId, by: message.author }
  const known = await stores.messages.findByRef(message.thread, message.messageRef)
  if (!known) {
    if (message.mentionsParley || message.direct) return receiveMessage(stores, message)
    return { decision: { outcome: 'ignored', reason: 'unknown_message' }, ...about }
  }
  if (known.redacted || known.text === message.text) {
    return { decision: { outcome: 'ignored', reason: 'unchanged' }, ...about, messageId: known.id }
  }
  if (message.thread.platform === 'web') return askOtherwise(stores, edit, known, atMs)
  const refused = await refuseEdit(stores, edit, known, atMs)
  if (refused) return refused
  const { dialogueId } = known
  await stores.dialogues.lock(dialogueId)
  await stores.messages.revise(known.id, message.text, message.files, atMs)
  await stores.summaries.forget(dialogueId, known.position)
  const turnId = (await answerAgain(stores, known, atMs)) ?? (await answerAtLast(stores, edit, known))
  if (turnId === undefined) {
    return { decision: { outcome: 'ignored', reason: 'not_addressed' }, ...about, messageId: known.id }
  }
  return {
    decision: { outcome: 'answered', reason: 'edited_question' },
    ...about,
    messageId: known.id,
    turnId,
  }
}

/** An edit that is a question is judged as one. The answer that stands was given to other words, and stays. */
async function refuseEdit(
  stores: Stores,
  { message }: InboundEdit,
  known: Message,
  atMs: number,
): Promise<Outcome | undefined> {
  const asks = message.mentionsParley || (await stores.turns.ofMessage(known.id)) !== undefined
  if (!asks) return undefined
  const policy = await stores.policies.for(message.thread)
  const { asker, refusal } = await admit(stores, policy, { ...message, by: message.author })
  if (!refusal) return undefined
  const { thread, direct, inThread } = message
  return {
    ...(await refuse(stores, asker, { thread, direct, inThread }, refusal, atMs)),
    messageId: known.id,
  }
}

/** On the web an edit leaves what was said as it was, and asks on a branch beside it. */
async function askOtherwise(
  stores: Stores,
  { message, key }: InboundEdit,
  known: Message,
  atMs: number,
): Promise<Outcome> {
  const { dialogueId } = known
  const policy = await stores.policies.for(message.thread)
  const { asker, refusal } = await admit(stores, policy, { ...message, by: message.author })
  if (refusal) return { decision: { outcome: 'refused', reason: refusal.reason }, by: message.author }
  await stores.dialogues.lock(dialogueId)
  const answering = await stores.turns.ofMessage(known.id)
  if (answering) await stores.turns.requestStop(answering.id, { reason: 'asked', byId: asker.id })
  await stores.branches.fork(known, atMs)
  const asked = await stores.messages.append({
    dialogueId,
    author: message.author,
    ref: key,
    text: message.text,
    files: message.files,
    sentAtMs: message.sentAtMs,
  })
  const about = { threadId: message.thread.threadId, by: message.author }
  if (!asked) return { decision: { outcome: 'ignored', reason: 'duplicate' }, ...about }
  const turn = await stores.turns.accept({
    dialogueId,
    messageIds: [asked.id],
    askerId: asker.id,
    atMs,
  })
  return {
    decision: { outcome: 'answered', reason: 'edited_question' },
    ...about,
    messageId: asked.id,
    turnId: turn.id,
  }
}

/** A deleted message is erased; a Turn that was answering it stops, or goes on with what else was asked. */
export async function receiveDelete(stores: Stores, gone: InboundDelete, atMs: number): Promise<Outcome> {
  const known = await stores.messages.findByRef(gone.place, gone.messageRef)
  if (!known || known.redacted) return { decision: { outcome: 'ignored', reason: 'unknown_message' } }
  await stores.dialogues.lock(known.dialogueId)
  await stores.messages.redact(known.id, atMs)
  await stores.summaries.forget(known.dialogueId, known.position)
  const turn = await stores.turns.ofMessage(known.id)
  if (turn && (turn.state === 'accepted' || turn.state === 'running')) {
    const left = await stores.turns.askedIds(turn.id)
    if (left.length === 0) await stores.turns.requestStop(turn.id, { reason: 'deleted' })
    else await answerAgain(stores, known, atMs)
  }
  return {
    decision: { outcome: 'answered', reason: 'deleted_question' },
    messageId: known.id,
    ...(turn ? { turnId: turn.id } : {}),
  }
}

/** The Turn that answers this message anew; undefined when none ever answered it. */
async function answerAgain(stores: Stores, message: Message, atMs: number): Promise<string | undefined> {
  const turn = await stores.turns.ofMessage(message.id)
  if (!turn || turn.state === 'accepted') return turn?.id
  if (turn.state === 'running') await stores.turns.requestStop(turn.id, { reason: 'revised' })
  const again = await stores.turns.accept({
    dialogueId: message.dialogueId,
    messageIds: await stores.turns.askedIds(turn.id),
    askerId: turn.asker.id,
    atMs,
    answerId: turn.answerId,
  })
  return again.id
}

async function answerAtLast(
  stores: Stores,
  edit: InboundEdit,
  message: Message,
): Promise<string | undefined> {
  if (!edit.message.mentionsParley || !message.author) return undefined
  const turn = await stores.turns.accept({
    dialogueId: message.dialogueId,
    messageIds: [message.id],
    askerId: message.author.id,
    atMs: edit.message.sentAtMs,
  })
  return turn.id
}
