import { createHash } from 'node:crypto'
import type { AgentChoices, Agents } from '../core/agent.ts'
import { errorOf } from '../core/asker-permission.ts'
import { sentenceOfDecision } from '../core/catalogue.ts'
import { type Dialogue, titleFrom } from '../core/dialogue.ts'
import { ParleyError } from '../core/errors.ts'
import type { InboundMessage } from '../core/inbound.ts'
import type { Inbox, Received } from '../core/inbox.ts'
import type { Message } from '../core/message.ts'
import type { ThreadRef } from '../core/thread.ts'
import { findAgent } from '../core/wish.ts'
import { webThread } from './platform.ts'
import { agentNotOffered, checkClientId, checkText, checkTitle } from './spoken.ts'
import {
  authorOf,
  mayAsk,
  mayWrite,
  nothingThere,
  onlyOnTheWeb,
  type Person,
  type Standing,
} from './standing.ts'

export interface Said {
  readonly text: string
  /** The same twice is said once, however often it is sent. */
  readonly clientId?: string
}

export interface Taken {
  readonly dialogueId: string
  readonly messageId: string
  /** Absent when Parley does not speak to it: several people talk, and it was not mentioned. */
  readonly turnId?: string
}

export interface Started extends Partial<Taken> {
  readonly dialogueId: string
  readonly title: string
}

export interface TalkDependencies extends Standing {
  readonly inbox: Inbox
  readonly nowMs: () => number
  readonly newId: () => string
  readonly agents: Pick<Agents, 'choices'>
}

/**
 * What people do in Dialogues from the web. What they may not see throws `not_found`; what they may not do
 * `forbidden`; who may not spend the model yet `email_unconfirmed`, and then nothing was taken.
 */
export interface Talk {
  /** A new Dialogue of this person's; with a text it is asked at once. */
  start(
    person: Person,
    opening: { readonly title?: string; readonly agent?: string } & Partial<Said>,
  ): Promise<Started>
  send(person: Person, dialogueId: string, said: Said): Promise<Taken>
  /** Asks in other words, on a branch of its own. Web Dialogues only (`conflict`). */
  edit(person: Person, messageId: string, said: Said): Promise<Taken>
  /** Another answer beside this one. Web Dialogues only, and not while it is still written (`conflict`). */
  regenerate(person: Person, dialogueId: string, answerId: string, clientId?: string): Promise<Taken>
  switchBranch(person: Person, dialogueId: string, branchId: string | undefined): Promise<void>
  /** True when it stops now; false when the platform is asked first whether this person may. */
  stop(person: Person, turnId: string): Promise<boolean>
  /** By id or name; `null` for the usual one. */
  chooseAgent(person: Person, dialogueId: string, agent: string | null): Promise<void>
  /** Whom this person may choose for a Dialogue of the web. */
  agents(person: Person): Promise<AgentChoices>
  /** Erases a web Dialogue of one's own; any other leaves this person's list alone. */
  remove(person: Person, dialogueId: string): Promise<void>
}

export function createTalk(deps: TalkDependencies): Talk {
  const { store, inbox, history } = deps
  return {
    start: (person, opening) => start(deps, person, opening),
    send: (person, dialogueId, said) => send(deps, person, dialogueId, said),
    edit: (person, messageId, said) => edit(deps, person, messageId, said),
    regenerate: (person, dialogueId, answerId, clientId) =>
      regenerate(deps, person, dialogueId, answerId, clientId),
    async switchBranch(person, dialogueId, branchId) {
      onlyOnTheWeb(await mayWrite(deps, person, dialogueId))
      await store.branches.switchTo(dialogueId, branchId)
    },
    async stop(person, turnId) {
      const turn = await store.turns.get(turnId)
      const { thread } = await mayWrite(deps, person, turn.dialogueId)
      const mine = person.viewer.identityIds.includes(turn.asker.id)
      const by = mine ? turn.asker : await authorOf(deps, person, thread)
      const key = `stop:${turnId}:${deps.newId()}`
      const stop = { kind: 'stop', key, thread, turnId, by, atMs: deps.nowMs(), native: false } as const
      return (await inbox.receive(stop)).decision.reason !== 'not_yours_to_stop'
    },
    async chooseAgent(person, dialogueId, agent) {
      onlyOnTheWeb(await mayWrite(deps, person, dialogueId))
      await store.dialogues.change(dialogueId, {
        agent: agent === null ? null : await agentId(deps, agent),
      })
    },
    async agents({ member }) {
      const [own] = await store.members.identities(member.id)
      return deps.agents.choices(newThread, own)
    },
    async remove(person, dialogueId) {
      const entry = await history.find(person.viewer, dialogueId)
      if (!entry) throw nothingThere()
      if (entry.thread.platform !== 'web' || entry.access !== 'own')
        return history.hide(person.viewer, dialogueId, deps.nowMs())
      for (const turn of await store.turns.active({ dialogueId }))
        await store.turns.requestStop(turn.id, { reason: 'deleted' })
      await store.dialogues.remove(dialogueId)
    },
  }
}

/** Every web Dialogue is a channel of its own: what may be chosen is what may be in their workspace. */
const newThread = webThread('new')

/** Throws `invalid` for an Agent that may not be chosen. */
async function agentId({ agents }: TalkDependencies, wanted: string): Promise<string> {
  const found = findAgent((await agents.choices(newThread)).agents, wanted)
  if (!found) throw agentNotOffered()
  return found.id
}

async function start(
  deps: TalkDependencies,
  person: Person,
  { title, text, agent: wanted, clientId }: Parameters<Talk['start']>[1],
): Promise<Started> {
  const agent = wanted === undefined ? undefined : await agentId(deps, wanted)
  const given = title === undefined ? undefined : checkTitle(title)
  const said =
    text === undefined ? undefined : { text: checkText(text), clientId: checkClientId(deps.newId, clientId) }
  const thread = webThread(threadIdOf(person, checkClientId(deps.newId, clientId)))
  if (said) await mayAsk(deps, person, thread)
  if (!said || given !== undefined) {
    await deps.store.dialogues.open({
      thread,
      direct: true,
      title: given ?? titleFrom(text ?? ''),
      owner: await authorOf(deps, person, thread),
      historyToRead: false,
      ...(given === undefined ? {} : { titleBy: 'hand' as const }),
      ...(agent === undefined ? {} : { agent }),
    })
  }
  const taken =
    said && (await take(deps, person, await messageIn(deps, person, { thread, direct: true }, said, agent)))
  const dialogue = await deps.store.dialogues.find(thread)
  if (!dialogue) throw nothingThere()
  return { ...taken, dialogueId: dialogue.id, title: dialogue.title }
}

async function send(deps: TalkDependencies, person: Person, dialogueId: string, said: Said): Promise<Taken> {
  const text = checkText(said.text)
  const dialogue = await mayWrite(deps, person, dialogueId)
  await mayAsk(deps, person, dialogue.thread)
  // One that was opened without a word gets its title with the first.
  if (dialogue.titleBy === undefined && dialogue.title === titleFrom(''))
    await deps.store.dialogues.change(dialogueId, { title: { text: titleFrom(text), by: 'first_words' } })
  const clientId = checkClientId(deps.newId, said.clientId)
  return take(deps, person, await messageIn(deps, person, dialogue, { text, clientId }))
}

/** What was said on the web, as the inbox takes it: by the person's own account where they have one. */
async function messageIn(
  deps: TalkDependencies,
  person: Person,
  { thread, direct }: Pick<Dialogue, 'thread' | 'direct'>,
  { text, clientId }: Required<Said>,
  agent?: string,
): Promise<InboundMessage> {
  const onTheWeb = thread.platform === 'web'
  const messageRef = `web:${person.member.id}:${clientId}`
  return {
    kind: 'message',
    key: `message:${messageRef}`,
    thread,
    messageRef,
    author: await authorOf(deps, person, thread),
    text: text.replace(/(?<![\w@])@parley\b/giu, '@Parley'),
    sentAtMs: deps.nowMs(),
    direct,
    // Whoever writes from the web into a thread of another platform asks.
    mentionsParley: !onTheWeb || /(?<![\w@])@parley\b/iu.test(text),
    inThread: false,
    files: [],
    ...(onTheWeb ? {} : { fromWeb: true }),
    ...(agent === undefined ? {} : { agent }),
  }
}

async function take(deps: TalkDependencies, person: Person, message: InboundMessage): Promise<Taken> {
  const received = await deps.inbox.receive(message)
  return takenAs(deps, received, message.thread, message.messageRef)
}

/** What a request came to, the same when it came before. */
async function takenAs(
  { store }: TalkDependencies,
  received: Received,
  thread: ThreadRef,
  messageRef: string,
): Promise<Taken> {
  checkNotRefused(received)
  const message = await store.messages.findByRef(thread, messageRef)
  if (!message) throw new ParleyError('conflict', 'This message could not be taken.')
  const turnId = received.turnId ?? (await store.turns.ofMessage(message.id))?.id
  return {
    dialogueId: message.dialogueId,
    messageId: message.id,
    ...(turnId === undefined ? {} : { turnId }),
  }
}

/** What was refused was not taken. */
function checkNotRefused({ decision }: Received): void {
  if (decision.outcome === 'refused')
    throw new ParleyError(errorOf(decision.reason), sentenceOfDecision(decision))
}

async function edit(deps: TalkDependencies, person: Person, messageId: string, said: Said): Promise<Taken> {
  const text = checkText(said.text)
  const message = await messageOf(deps, messageId)
  const dialogue = onlyOnTheWeb(await mayWrite(deps, person, message.dialogueId))
  if (!message.author || !person.viewer.identityIds.includes(message.author.id))
    throw new ParleyError('forbidden', 'Only the person who wrote a message can change it.')
  await mayAsk(deps, person, dialogue.thread)
  const now = await messageIn(deps, person, dialogue, {
    text,
    clientId: checkClientId(deps.newId, said.clientId),
  })
  const key = now.messageRef
  const received = await deps.inbox.receive({
    kind: 'edit',
    key,
    message: { ...now, messageRef: message.ref ?? '' },
  })
  if (received.decision.reason === 'unchanged')
    throw new ParleyError('conflict', 'This is what the message says already.')
  return takenAs(deps, received, dialogue.thread, key)
}

async function regenerate(
  deps: TalkDependencies,
  person: Person,
  dialogueId: string,
  answerId: string,
  clientId: string | undefined,
): Promise<Taken> {
  const { thread } = onlyOnTheWeb(await mayWrite(deps, person, dialogueId))
  await mayAsk(deps, person, thread)
  const key = `regenerate:${person.member.id}:${checkClientId(deps.newId, clientId)}`
  const by = await authorOf(deps, person, thread)
  const received = await deps.inbox.receive({
    kind: 'regenerate',
    key,
    thread,
    answerId,
    by,
    atMs: deps.nowMs(),
  })
  if (received.decision.reason === 'unknown_message') throw nothingThere()
  checkNotRefused(received)
  const turn = received.duplicate
    ? (await deps.store.turns.ofAnswer(answerId))?.turn
    : received.turnId === undefined
      ? undefined
      : await deps.store.turns.get(received.turnId)
  const messageId = turn && (await deps.store.turns.askedIds(turn.id)).at(-1)
  const newest = messageId === undefined ? undefined : await deps.store.turns.ofMessage(messageId)
  if (messageId === undefined || received.decision.reason === 'unfinished')
    throw new ParleyError('conflict', 'There is no finished answer to give anew.')
  return { dialogueId, messageId, ...(newest ? { turnId: newest.id } : {}) }
}

async function messageOf({ store }: TalkDependencies, id: string): Promise<Message> {
  const message = await store.messages.find(id)
  if (!message) throw nothingThere()
  return message
}

/** The same request gives the same thread, on whichever process it arrives. */
function threadIdOf({ member }: Person, clientId: string): string {
  return createHash('sha256').update(`${member.id}/${clientId}`).digest('base64url').slice(0, 22)
}
