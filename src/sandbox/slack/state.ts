import type { Fields } from './args.ts'
import type { Envelope, Hook, Session, SlackEntry, ThreadStatus } from './entry.ts'
import { type StoredMessage, withChunks } from './message.ts'
import { firstMembers, parleyAccount, slackChannels } from './places.ts'
import type { TsClock } from './ts-clock.ts'

/** What the entries of the journal add up to. */
export interface State {
  readonly messages: Map<string, Map<string, StoredMessage>>
  readonly threads: Map<string, string[]>
  readonly members: Map<string, Set<string>>
  readonly archived: Set<string>
  readonly deactivated: Set<string>
  /** Guests. */
  readonly restricted: Set<string>
  readonly open: Set<string>
  readonly sessions: Map<string, Session>
  readonly statuses: Map<string, ThreadStatus>
  readonly hooks: Map<string, Hook>
  readonly homes: Map<string, Fields>
  readonly envelopes: Map<string, Envelope>
}

export const keyOf = (channelId: string, ts: string) => `${channelId}:${ts}`

export function emptyState(): State {
  const none = () => new Map()
  return {
    messages: none(),
    threads: none(),
    members: new Map(slackChannels.map(channel => [channel.id, new Set(firstMembers(channel))])),
    archived: new Set(),
    deactivated: new Set(),
    restricted: new Set(),
    open: new Set(),
    sessions: none(),
    statuses: none(),
    hooks: none(),
    homes: none(),
    envelopes: none(),
  }
}

/** The one place where the state changes. */
export function apply(state: State, clock: TsClock, entry: SlackEntry): void {
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
    case 'archived':
      return void (entry.archived
        ? state.archived.add(entry.channelId)
        : state.archived.delete(entry.channelId))
    case 'deactivated':
      for (const members of state.members.values()) members.delete(entry.userId)
      return void state.deactivated.add(entry.userId)
    case 'restricted':
      return void state.restricted.add(entry.userId)
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
  if (!alive) {
    state.messages.get(channelId)?.delete(ts)
    // There is no thread any more of which something could be said.
    state.statuses.delete(keyOf(channelId, ts))
    state.sessions.delete(keyOf(channelId, ts))
    return
  }
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
