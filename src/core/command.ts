import { admit } from './admission.ts'
import { sentenceOfDecision, sentences } from './catalogue.ts'
import { titleFrom } from './dialogue.ts'
import type { InboundCommand } from './inbound.ts'
import { type AgentsOf, chooseAgent } from './wish.ts'
import { issueLink, type LinkMaking, unlinkAccount } from './linking.ts'
import type { Outcome } from './decision.ts'
import { type Silence, setSilence } from './silence.ts'
import { administers, standingWords } from './standing-words.ts'
import { stopTurns } from './stopping.ts'
import { requestMore } from './quota-request.ts'
import type { Stores } from './store.ts'
import { refusalWords } from './whisper.ts'

/** A slash command, the same below every platform. */
export function receiveCommand(
  stores: Stores,
  command: InboundCommand,
  linking: LinkMaking,
  nowMs: number,
  agentsOf?: AgentsOf,
): Promise<Outcome> {
  switch (command.name) {
    case 'ask':
      return ask(stores, command, linking, nowMs)
    case 'stop':
      return stop(stores, command)
    case 'why':
      return why(stores, command)
    case 'agent':
      return agent(stores, command, agentsOf)
    case 'quota':
    case 'settings':
      return standing(stores, command, linking.publicUrl, nowMs)
    case 'quiet':
    case 'speak':
      return silence(stores, command, command.name)
    case 'link':
      return link(stores, command, linking, nowMs)
    case 'unlink':
      return unlink(stores, command, nowMs)
    case 'more':
      return more(stores, command, nowMs)
    case 'help':
      return Promise.resolve(answered(command, sentences.help))
  }
}

async function ask(
  stores: Stores,
  command: InboundCommand,
  linking: LinkMaking,
  nowMs: number,
): Promise<Outcome> {
  const { thread, by } = command
  if (command.text.trim() === '') {
    return { decision: { outcome: 'refused', reason: 'empty_question' }, by, reply: sentences.emptyQuestion }
  }
  const policy = await stores.policies.for(command.thread)
  const { asker, refusal } = await admit(stores, policy, command)
  if (refusal) {
    const reply = await refusalWords(stores, linking, asker, nowMs, refusal)
    return { decision: { outcome: 'refused', reason: refusal.reason }, by, reply }
  }
  const dialogue = await stores.dialogues.open({
    thread,
    direct: command.direct,
    title: titleFrom(command.text),
    historyToRead: false,
    ...(command.direct ? { owner: by } : {}),
    ...(command.privateThread === undefined ? {} : { privateThread: command.privateThread }),
    ...(command.delivery ? { delivery: command.delivery } : {}),
  })
  const message = await stores.messages.append({
    dialogueId: dialogue.id,
    author: by,
    ref: command.key,
    text: command.text,
    files: [],
    sentAtMs: command.atMs,
  })
  if (!message) return { decision: { outcome: 'ignored', reason: 'duplicate' }, by }
  const turn = await stores.turns.accept({
    dialogueId: dialogue.id,
    messageIds: [message.id],
    askerId: asker.id,
    atMs: command.atMs,
  })
  return {
    decision: { outcome: 'answered', reason: 'command' },
    threadId: thread.threadId,
    by,
    messageId: message.id,
    turnId: turn.id,
  }
}

/** In a thread, its own Turn; in a channel, whatever of this person's is being answered there. */
async function stop(stores: Stores, command: InboundCommand): Promise<Outcome> {
  const { thread, by } = command
  const dialogue = command.inThread ? await stores.dialogues.find(thread) : undefined
  if (dialogue)
    return stopTurns(stores, await stores.turns.active({ dialogueId: dialogue.id }), by, thread, false)
  const person = await stores.identities.meet(by)
  const here = await stores.turns.active({ place: thread })
  return stopTurns(
    stores,
    here.filter(turn => turn.asker.id === person.id),
    by,
    thread,
    false,
  )
}

async function why(stores: Stores, command: InboundCommand): Promise<Outcome> {
  const { thread, by } = command
  const latest = await stores.decisions.latest({
    place: thread,
    by,
    ...(command.inThread ? { threadId: thread.threadId } : {}),
  })
  return answered(command, latest ? sentenceOfDecision(latest.decision) : sentences.whyUnknown)
}

/** In a thread, who answers in it; elsewhere, who answers this person wherever nobody was chosen. */
async function agent(
  stores: Stores,
  command: InboundCommand,
  agentsOf: AgentsOf | undefined,
): Promise<Outcome> {
  const agents = agentsOf?.(stores)
  return answered(command, agents ? await chooseAgent(stores, agents, command) : sentences.help)
}

/** How they stand; whoever administers the workspace is told how it stands, and where it is managed. */
async function standing(
  stores: Stores,
  command: InboundCommand,
  publicUrl: string,
  atMs: number,
): Promise<Outcome> {
  const person = await stores.identities.meet(command.by)
  const asked = { person, place: command.thread, roles: command.roles?.has ?? [], atMs, publicUrl }
  const words = await standingWords(stores, asked)
  if (command.name === 'quota' || (await administers(stores, asked))) return answered(command, words)
  return answered(command, `${sentences.standing.notYours}\n\n${words}`)
}

/** Only the thread in which it is typed: where a platform knows no commands there, a mention says the same. */
async function silence(stores: Stores, command: InboundCommand, name: Silence): Promise<Outcome> {
  const dialogue = command.inThread ? await stores.dialogues.find(command.thread) : undefined
  if (!dialogue) return answered(command, sentences.quietWhere)
  const outcome = await setSilence(stores, dialogue, command.by, name)
  return { ...outcome, reply: name === 'quiet' ? sentences.quietNow : sentences.speakingNow }
}

/** The reply is for the person alone, and is not kept. */
async function link(
  stores: Stores,
  command: InboundCommand,
  linking: LinkMaking,
  nowMs: number,
): Promise<Outcome> {
  const identity = await stores.identities.meet(command.by)
  const owner = await stores.members.ofIdentity(identity.id)
  if (owner) return answered(command, sentences.alreadyLinked(owner.nickname, owner.username))
  return answered(command, sentences.linkOffered(await issueLink(stores, linking, identity, nowMs)))
}

async function unlink(stores: Stores, command: InboundCommand, nowMs: number): Promise<Outcome> {
  const identity = await stores.identities.meet(command.by)
  const owner = await unlinkAccount(stores, identity, nowMs, { from: 'platform' })
  return answered(command, owner ? sentences.unlinked(owner.nickname, owner.username) : sentences.notLinked)
}

/** Where the limit stands is where this was said. */
async function more(stores: Stores, command: InboundCommand, nowMs: number): Promise<Outcome> {
  const { id: askerId } = await stores.identities.meet(command.by)
  const id = `${askerId}:${command.key}`
  const asked = await requestMore(stores, { id, askerId, thread: command.thread, atMs: nowMs })
  return answered(command, sentences.askedMore[asked])
}

function answered(command: InboundCommand, reply: string): Outcome {
  return { decision: { outcome: 'answered', reason: 'command' }, by: command.by, reply }
}
