import { admit, type Refusal, refuse } from './admission.ts'
import { decide, type Decision, type Outcome } from './decision.ts'
import { type Dialogue, titleFrom } from './dialogue.ts'
import type { Identity } from './identity.ts'
import type { InboundMessage } from './inbound.ts'
import type { Message } from './message.ts'
import type { Policy } from './policy.ts'
import { hush, silenceIn } from './silence.ts'
import type { Stores } from './store.ts'
import type { ThreadRef } from './thread.ts'

/** A message of a thread Parley has joined is kept even when it is not answered: the next answer needs it. */
export async function receiveMessage(stores: Stores, said: InboundMessage): Promise<Outcome> {
  const policy = await stores.policies.for(said.thread)
  const message = { ...said, thread: threadToAnswerIn(said, policy) }
  const known = await dialogueOf(stores, message)
  const decision = decide(message, await standingIn(stores, message, known, policy))
  const silence = silenceIn(message)
  const about = { threadId: message.thread.threadId, by: message.author }
  if (decision.outcome !== 'answered') {
    if (!known || decision.reason === 'empty') return { decision, ...about }
    return keptOnly(await keep(stores, message, known), message, decision)
  }
  const { asker, refusal } = await admit(stores, policy, { ...message, by: message.author })
  if (refusal) return refuseMessage(stores, message, known, asker, refusal)
  const met = { ...message, author: asker }
  const dialogue = await openFor(stores, met, known)
  const kept = (await keep(stores, met, dialogue)) ?? (await readBefore(stores, message, dialogue))
  if (!kept) return { decision: { outcome: 'ignored', reason: 'duplicate' }, ...about }
  if (known && silence) return { ...(await hush(stores, message, known, asker, silence)), messageId: kept.id }
  const turn = await stores.turns.accept({
    dialogueId: dialogue.id,
    messageIds: [kept.id],
    askerId: asker.id,
    atMs: message.sentAtMs,
  })
  return { decision, ...about, messageId: kept.id, turnId: turn.id }
}

/**
 * What is not for Parley, whoever said it: most of what people say in a channel. Undefined when more has to be known.
 * Changes nothing, so it needs no transaction.
 */
export async function overlook(stores: Stores, said: InboundMessage): Promise<Outcome | undefined> {
  if (said.mentionsParley || said.direct || said.repliesTo || said.thread.platform === 'web') return undefined
  const policy = await stores.policies.for(said.thread)
  const message = { ...said, thread: threadToAnswerIn(said, policy) }
  if (await stores.dialogues.find(message.thread)) return undefined
  const decision = decide(message, await standingIn(stores, message, undefined, policy))
  if (decision.outcome === 'answered') return undefined
  return { decision, threadId: message.thread.threadId, by: message.author }
}

/** Where a channel is answered in itself, all of it is one Dialogue, whose thread is named as the channel. */
export function threadToAnswerIn(
  { thread, direct, inThread }: Pick<InboundMessage, 'thread' | 'direct' | 'inThread'>,
  { answersIn }: Policy,
): ThreadRef {
  const here = answersIn === 'place' && !direct && !inThread && thread.platform !== 'web'
  return here ? { ...thread, threadId: thread.channelId } : thread
}

async function standingIn(
  stores: Stores,
  message: InboundMessage,
  known: Dialogue | undefined,
  { answerMode }: Policy,
) {
  const { thread } = message
  const otherSpeakers = known ? await stores.messages.otherSpeakers(known.id, message.author) : 0
  return {
    // A channel is no thread: whoever goes on speaking in it does not speak to Parley.
    joined: known !== undefined && thread.threadId !== thread.channelId,
    otherSpeakers,
    // Alone with Parley, everything is an answer anyhow.
    asked: known !== undefined && otherSpeakers > 0 && (await isAsked(stores, known, message)),
    quiet: known?.quiet ?? false,
    // Of a Dialogue of the web no channel's habits hold.
    ...(thread.platform === 'web' ? {} : { answerMode }),
  }
}

async function isAsked(stores: Stores, { id }: Dialogue, { author }: InboundMessage): Promise<boolean> {
  const guide = await stores.guides.find(id)
  return guide !== undefined && stores.guides.awaits(id, (await stores.identities.meet(author)).id)
}

/** What was refused stays part of its thread, but for words that must not be there at all. */
async function refuseMessage(
  stores: Stores,
  message: InboundMessage,
  known: Dialogue | undefined,
  asker: Identity,
  refusal: Refusal,
): Promise<Outcome> {
  const { thread, direct, inThread, sentAtMs } = message
  const keeps = known && refusal.reason !== 'moderated' && thread.platform !== 'web' && !message.fromWeb
  const kept = keeps ? await keep(stores, message, known) : undefined
  const refused = await refuse(stores, asker, { thread, direct, inThread }, refusal, sentAtMs)
  return { ...refused, ...(kept ? { messageId: kept.id } : {}) }
}

function keep(stores: Stores, message: InboundMessage, { id }: Dialogue): Promise<Message | undefined> {
  return stores.messages.append({
    dialogueId: id,
    author: message.author,
    ref: message.messageRef,
    text: message.text,
    files: message.files,
    sentAtMs: message.sentAtMs,
    ...(message.fromWeb ? { fromWeb: true } : {}),
  })
}

/**
 * A question that was read as a part of its thread, for an answer to a later one, before the word of it came: what was
 * kept so and never asked is asked now.
 */
async function readBefore(
  stores: Stores,
  { thread, messageRef }: InboundMessage,
  { id }: Dialogue,
): Promise<Message | undefined> {
  const known = await stores.messages.findByRef(thread, messageRef)
  if (!known || known.redacted || known.dialogueId !== id) return undefined
  return (await stores.turns.ofMessage(known.id)) ? undefined : known
}

function keptOnly(
  kept: Message | undefined,
  { thread, author }: InboundMessage,
  decision: Decision,
): Outcome {
  const about = { threadId: thread.threadId, by: author }
  if (!kept) return { decision: { outcome: 'ignored', reason: 'duplicate' }, ...about }
  return { decision, ...about, messageId: kept.id }
}

/** A reply to one of Parley's messages belongs to the Dialogue of that message, wherever it was written. */
async function dialogueOf(stores: Stores, message: InboundMessage): Promise<Dialogue | undefined> {
  const here = await stores.dialogues.find(message.thread)
  if (here || !message.repliesTo?.toParley) return here
  return stores.dialogues.ofPart(message.thread, message.repliesTo.messageRef)
}

function openFor(stores: Stores, message: InboundMessage, known: Dialogue | undefined): Promise<Dialogue> {
  return stores.dialogues.open({
    thread: known?.thread ?? message.thread,
    direct: message.direct,
    title: titleFrom(message.text),
    historyToRead: message.inThread,
    ...(message.direct ? { owner: message.author } : {}),
    ...(message.privateThread === undefined ? {} : { privateThread: message.privateThread }),
    ...(message.agent === undefined ? {} : { agent: message.agent }),
    ...(message.delivery ? { delivery: message.delivery } : {}),
  })
}
