import { decide, type Outcome } from './decision.ts'
import { type Dialogue, titleFrom } from './dialogue.ts'
import type { InboundMessage } from './inbound.ts'
import type { Stores } from './store.ts'

/** A message of a thread Parley has joined is kept even when it is not answered: the next answer needs it. */
export async function receiveMessage(stores: Stores, message: InboundMessage): Promise<Outcome> {
  const known = await dialogueOf(stores, message)
  const otherSpeakers = known ? await stores.messages.otherSpeakers(known.id, message.author) : 0
  const decision = decide(message, {
    joined: known !== undefined,
    otherSpeakers,
    // Alone with Parley, everything is an answer anyhow.
    asked: known !== undefined && otherSpeakers > 0 && (await isAsked(stores, known, message)),
  })
  const about = { threadId: message.thread.threadId, by: message.author }
  if (decision.outcome !== 'answered' && (!known || decision.reason === 'empty'))
    return { decision, ...about }
  const dialogue = await openFor(stores, message, known)
  const kept = await stores.messages.append({
    dialogueId: dialogue.id,
    author: message.author,
    ref: message.messageRef,
    text: message.text,
    files: message.files,
    sentAtMs: message.sentAtMs,
    ...(message.fromWeb ? { fromWeb: true } : {}),
  })
  if (!kept) return { decision: { outcome: 'ignored', reason: 'duplicate' }, ...about }
  if (decision.outcome !== 'answered') return { decision, ...about, messageId: kept.id }
  const asker = await stores.identities.meet(message.author)
  const turn = await stores.turns.accept({
    dialogueId: dialogue.id,
    messageIds: [kept.id],
    askerId: asker.id,
    atMs: message.sentAtMs,
  })
  return { decision, ...about, messageId: kept.id, turnId: turn.id }
}

async function isAsked(stores: Stores, { id }: Dialogue, { author }: InboundMessage): Promise<boolean> {
  return stores.guides.awaits(id, (await stores.identities.meet(author)).id)
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
