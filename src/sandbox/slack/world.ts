import type { Change } from '../player.ts'
import type { Journal } from '../journal.ts'
import type { Fields } from './args.ts'
import type { Envelope, Hook, Session, SlackEntry, ThreadStatus } from './entry.ts'
import type { StoredMessage } from './message.ts'
import { type SlackChannel, slackChannels } from './places.ts'
import { apply, emptyState, keyOf } from './state.ts'
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
  isArchived(channelId: string): boolean
  isDeactivated(userId: string): boolean
  isRestricted(userId: string): boolean
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
    isArchived: channelId => state.archived.has(channelId),
    isDeactivated: userId => state.deactivated.has(userId),
    isRestricted: userId => state.restricted.has(userId),
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
    case 'archived':
      return { channelId: entry.channelId }
    case 'deactivated':
    case 'restricted':
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
