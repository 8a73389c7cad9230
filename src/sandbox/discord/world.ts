import { parley, people } from '../cast.ts'
import type { Journal } from '../journal.ts'
import type { Change } from '../player.ts'
import type { DiscordEntry, StoredMessage, StoredThread } from './entry.ts'
import { Refusal } from './errors.ts'
import type { Json } from './form.ts'
import { createSnowflakes } from './snowflake.ts'
import { apply, createState, greatestId, snapshot } from './state.ts'
import type { Channel, State } from './state.ts'

/** How long an interaction's token can be used. */
export const tokenLifeMs = 15 * 60_000

/** Something that open gateway sessions are told. */
export interface DispatchEvent {
  readonly t: string
  readonly d: Json
  /** The intent a session must have asked for; 0 for events sent to every session. */
  readonly intent: number
  /** True when only a session with the message content intent may read what the message says. */
  readonly secretContent?: boolean
}

/** The one place where the stand-in's state is changed, remembered and announced. */
export interface World {
  readonly state: State
  /** What Parley's role was granted, as a bit set. */
  readonly permissions: bigint
  /** How long a nonce with enforce_nonce names one message only. */
  readonly nonceWindowMs: number
  readonly now: () => number
  readonly nextId: () => string
  /** Writes the change to the journal, then makes it. */
  record(entry: DiscordEntry): void
  emit(event: DispatchEvent): void
  onEmit(listener: (event: DispatchEvent) => void): void
  /** Tells the page that what is seen in this channel or thread is no longer the same. */
  touch(channelId: string): void
  readonly onTouch: (listener: (change: Change) => void) => () => void
}

export function createWorld(
  journal: Journal<DiscordEntry>,
  now: () => number,
  settings: Pick<World, 'permissions' | 'nonceWindowMs'>,
): World {
  const state = createState()
  for (const entry of journal.read()) apply(state, entry)
  journal.rewrite(snapshot(state, now() - tokenLifeMs))
  const emitted = new Set<(event: DispatchEvent) => void>()
  const touched = new Set<(change: Change) => void>()
  return {
    state,
    ...settings,
    now,
    nextId: createSnowflakes(now, greatestId(state)),
    record(entry) {
      journal.append(entry)
      apply(state, entry)
    },
    emit: event => emitted.forEach(listener => listener(event)),
    onEmit: listener => void emitted.add(listener),
    touch(channelId) {
      const channel = state.channels.get(channelId)
      const change =
        channel?.kind === 'thread' ? { channelId: channel.parentId, threadId: channel.id } : { channelId }
      touched.forEach(listener => listener(change))
    },
    onTouch(listener) {
      touched.add(listener)
      return () => void touched.delete(listener)
    },
  }
}

export function getChannel({ state }: World, id: string): Channel {
  const found = state.channels.get(id)
  if (!found) throw new Refusal(10003)
  return found
}

export function getThread(world: World, id: string): StoredThread {
  const found = getChannel(world, id)
  if (found.kind !== 'thread') throw new Refusal(50024)
  return found
}

/** A message of this channel that its bot can fetch: an ephemeral one is unknown. */
export function getMessage(world: World, channelId: string, id: string): StoredMessage {
  getChannel(world, channelId)
  const found = findMessage(world, channelId, id)
  if (!found || found.onlyFor !== undefined) throw new Refusal(10008)
  return found
}

export function findMessage({ state }: World, channelId: string, id: string): StoredMessage | undefined {
  return state.messages.get(channelId)?.get(id)
}

/** A message wherever it is: in a channel, or in a thread of one. */
export function findAnywhere({ state }: World, id: string): StoredMessage | undefined {
  for (const messages of state.messages.values()) {
    const found = messages.get(id)
    if (found) return found
  }
  return undefined
}

export interface Account {
  readonly id: string
  readonly name: string
  readonly bot: boolean
  readonly tint: string
}

const accounts: readonly Account[] = [
  ...people.map(({ discordId: id, name, bot, tint }) => ({ id, name, bot, tint })),
  { id: parley.discord.userId, name: parley.name, bot: true, tint: 'parley' },
]

export function findAccount(id: string): Account | undefined {
  return accounts.find(account => account.id === id)
}

export function getAccount(id: string): Account {
  const found = findAccount(id)
  if (!found) throw new Refusal(10013)
  return found
}

export function everyone(): readonly Account[] {
  return accounts
}

/** The roles of who is in the server. */
export function getMember({ state }: World, id: string): readonly string[] {
  const roleIds = state.members.get(id)
  if (!roleIds) throw new Refusal(10007)
  return roleIds
}

/** The text channel a place belongs to: itself, or the parent of a thread. */
export function textChannelOf(channel: Channel): string | undefined {
  if (channel.kind === 'thread') return channel.parentId
  return channel.kind === 'text' ? channel.id : undefined
}
