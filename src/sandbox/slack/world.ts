import type { Change } from '../player.ts'
import type { Journal } from '../journal.ts'
import type { Fields } from './args.ts'
import type { Envelope, Hook, Session, SlackEntry, ThreadStatus } from './entry.ts'
import { type StoredMessage, withChunks } from './message.ts'
import { firstMembers, parleyAccount, type SlackChannel, slackChannels } from './places.ts'
import { createTsClock, type TsClock } from './ts-clock.ts'

/** The workspace as it stands: the sum of its journal's entries, changed by nothing but `record`. */
export interface World {
  readonly clock: TsClock
  now(): number
  /** Writes the entry down, then applies it, then tells who listens. */
  record(entry: SlackEntry): void
  onChange(listener: (change: Change) => void): () => void
  findChannel(id: string): SlackChannel | undefined
  members(channelId: string): ReadonlySet<string>
  findMessage(channelId: string, ts: string): StoredMessage | undefined
  /** Every message of a channel, replies and ephemeral ones included, oldest first. */
  messages(channelId: string): readonly StoredMessage[]
  /** The replies to a root, without it, oldest first. */
  replies(channelId: string, rootTs: string): readonly StoredMessage[]
  openStreams(): readonly StoredMessage[]
  findSession(channelId: string, threadTs: string): Session | undefined
  findStatus(channelId: string, threadTs: string): ThreadStatus | undefined
  statuses(channelId: string): readonly ThreadStatus[]
  findHook(id: string): Hook | undefined
  findHome(userId: string): Fields | undefined
  /** What was handed to delivery and neither acknowledged nor given up, oldest first. */
  unsettled(): readonly Envelope[]
}

interface State {
  readonly messages: Map<string, Map<string, StoredMessage>>
  readonly threads: Map<string, string[]>
  readonly members: Map<string, Set<string>>
  readonly open: Set<string>
  readonly sessions: Map<string, Session>
  readonly statuses: Map<string, ThreadStatus>
  readonly hooks: Map<string, Hook>
  readonly homes: Map<string, Fields>
  readonly envelopes: Map<string, Envelope>
}

const keyOf = (channelId: string, ts: string) => `${channelId}:${ts}`

/** Rebuilds the workspace from the journal of earlier runs. */
export function createWorld(journal: Journal<SlackEntry>, now: () => number): World {
  const clock = createTsClock(now)
  const state = emptyState()
  const listeners = new Set<(change: Change) => void>()
  const earlier = withoutSettled(journal)
  for (const entry of earlier) apply(state, clock, entry)

  const messages = (channelId: string) => [...(state.messages.get(channelId)?.values() ?? [])]
  const findMessage = (channelId: string, ts: string) => state.messages.get(channelId)?.get(ts)
  const found = (channelId: string, all: readonly string[]) =>
    all.flatMap(ts => findMessage(channelId, ts) ?? [])
  return {
    clock,
    now,
    record(entry) {
      journal.append(entry)
      apply(state, clock, entry)
      const change = changeOf(entry)
      if (change) for (const listener of listeners) listener(change)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    findChannel: id => slackChannels.find(channel => channel.id === id),
    members: channelId => state.members.get(channelId) ?? new Set(),
    findMessage,
    messages,
    replies: (channelId, rootTs) => found(channelId, state.threads.get(keyOf(channelId, rootTs)) ?? []),
    openStreams: () => [...state.open].flatMap(key => findMessage(...splitKey(key)) ?? []),
    findSession: (channelId, threadTs) => state.sessions.get(keyOf(channelId, threadTs)),
    findStatus: (channelId, threadTs) => state.statuses.get(keyOf(channelId, threadTs)),
    statuses: channelId => [...state.statuses.values()].filter(status => status.channelId === channelId),
    findHook: id => state.hooks.get(id),
    findHome: userId => state.homes.get(userId),
    unsettled: () => [...state.envelopes.values()],
  }
}

function emptyState(): State {
  const none = () => new Map()
  return {
    messages: none(),
    threads: none(),
    members: new Map(slackChannels.map(channel => [channel.id, new Set(firstMembers(channel))])),
    open: new Set(),
    sessions: none(),
    statuses: none(),
    hooks: none(),
    homes: none(),
    envelopes: none(),
  }
}

/** A delivery that ended in an earlier run is of no more use: the journal is rewritten without it. */
function withoutSettled(journal: Journal<SlackEntry>): readonly SlackEntry[] {
  const entries = journal.read()
  const settled = new Set(entries.flatMap(entry => (entry.kind === 'settled' ? [entry.envelopeId] : [])))
  if (settled.size === 0) return entries
  const kept = entries.filter(
    entry => entry.kind !== 'settled' && !(entry.kind === 'queued' && settled.has(entry.envelope.id)),
  )
  journal.rewrite(kept)
  return kept
}

function apply(state: State, clock: TsClock, entry: SlackEntry): void {
  switch (entry.kind) {
    case 'posted':
      clock.observe(entry.message.ts)
      return post(state, entry.message)
    case 'revised':
      clock.observe(entry.revision.edited.ts)
      return change(state, entry.channelId, entry.ts, message => ({ ...message, ...entry.revision }))
    case 'removed':
      return remove(state, entry.channelId, entry.ts)
    case 'appended':
      return change(state, entry.channelId, entry.ts, message => withChunks(message, entry.chunks))
    case 'stream-ended':
      return endStream(state, entry)
    case 'reacted':
      return change(state, entry.channelId, entry.ts, message => ({
        ...message,
        reactions: [...(message.reactions ?? []), { name: entry.name, userId: entry.userId }],
      }))
    case 'session':
      return void state.sessions.set(keyOf(entry.session.channelId, entry.session.threadTs), entry.session)
    case 'status':
      return setStatus(state, entry.status)
    case 'member':
      return entry.present
        ? void state.members.get(entry.channelId)?.add(entry.userId)
        : void state.members.get(entry.channelId)?.delete(entry.userId)
    case 'hook':
      return void state.hooks.set(entry.hook.id, entry.hook)
    case 'hook-used':
      return useHook(state, entry.hookId)
    case 'home':
      return void state.homes.set(entry.userId, entry.view)
    case 'prompts':
      return undefined
    case 'queued':
      return void state.envelopes.set(entry.envelope.id, entry.envelope)
    case 'settled':
      return void state.envelopes.delete(entry.envelopeId)
  }
}

function post(state: State, message: StoredMessage): void {
  const { channelId, ts, threadTs } = message
  const inChannel = state.messages.get(channelId) ?? new Map<string, StoredMessage>()
  state.messages.set(channelId, inChannel.set(ts, message))
  if (message.stream) state.open.add(keyOf(channelId, ts))
  if (threadTs === undefined) return
  const key = keyOf(channelId, threadTs)
  state.threads.set(key, [...(state.threads.get(key) ?? []), ts])
  if (message.userId === parleyAccount.id && !message.onlyFor) state.statuses.delete(key)
}

function change(
  state: State,
  channelId: string,
  ts: string,
  to: (message: StoredMessage) => StoredMessage,
): void {
  const message = state.messages.get(channelId)?.get(ts)
  if (message) state.messages.get(channelId)?.set(ts, to(message))
}

function remove(state: State, channelId: string, ts: string): void {
  state.open.delete(keyOf(channelId, ts))
  const alive = (state.threads.get(keyOf(channelId, ts)) ?? []).some(reply =>
    state.messages.get(channelId)?.has(reply),
  )
  if (!alive) return void state.messages.get(channelId)?.delete(ts)
  change(state, channelId, ts, message => ({
    ...message,
    userId: 'USLACKBOT',
    text: 'This message was deleted.',
    dialect: 'mrkdwn',
    blocks: [],
    tombstone: true,
  }))
}

function endStream(state: State, entry: Extract<SlackEntry, { kind: 'stream-ended' }>): void {
  state.open.delete(keyOf(entry.channelId, entry.ts))
  change(state, entry.channelId, entry.ts, message => ({
    ...message,
    ...(message.stream && { stream: { ...message.stream, state: entry.how } }),
    blocks: entry.blocks,
    ...(entry.metadata && { metadata: entry.metadata }),
  }))
}

function setStatus(state: State, status: ThreadStatus): void {
  const key = keyOf(status.channelId, status.threadTs)
  if (status.text) state.statuses.set(key, status)
  else state.statuses.delete(key)
}

function useHook(state: State, id: string): void {
  const hook = state.hooks.get(id)
  if (hook) state.hooks.set(id, { ...hook, used: hook.used + 1 })
}

function splitKey(key: string): [channelId: string, ts: string] {
  const at = key.indexOf(':')
  return [key.slice(0, at), key.slice(at + 1)]
}

/** What of it a person can see, if anything. */
function changeOf(entry: SlackEntry): Change | undefined {
  switch (entry.kind) {
    case 'posted':
      return placeOf(entry.message.channelId, entry.message.threadTs)
    case 'session':
      return placeOf(entry.session.channelId, entry.session.threadTs)
    case 'status':
      return placeOf(entry.status.channelId, entry.status.threadTs)
    case 'revised':
    case 'removed':
    case 'appended':
    case 'stream-ended':
    case 'reacted':
    case 'member':
      return { channelId: entry.channelId }
    case 'prompts':
    case 'home':
    case 'hook':
    case 'hook-used':
    case 'queued':
    case 'settled':
      return undefined
  }
}

const placeOf = (channelId: string, threadId: string | undefined): Change => ({
  channelId,
  ...(threadId !== undefined && { threadId }),
})
