import { channels, parley, people } from '../cast.ts'
import type { Person } from '../cast.ts'
import type {
  DiscordEntry,
  Overwrite,
  StoredCommand,
  StoredFile,
  StoredInteraction,
  StoredMessage,
  StoredNotice,
  StoredThread,
} from './entry.ts'
import { botRoleId, firstOverwrites, readerRoles } from './roles.ts'

export type Channel = TextChannel | DirectChannel | StoredThread
export interface TextChannel {
  readonly kind: 'text'
  readonly id: string
  readonly name: string
}
export interface DirectChannel {
  readonly kind: 'direct'
  readonly id: string
  readonly personId: string
}

/** Everything the stand-in knows; changed by `apply` alone, so that a replayed journal rebuilds it. */
export interface State {
  readonly channels: Map<string, Channel>
  /** By channel, then by id, oldest first. */
  readonly messages: Map<string, Map<string, StoredMessage>>
  /** Stays when that message is deleted, as on the real platform. */
  readonly lastMessageIds: Map<string, string>
  readonly threadMembers: Map<string, Map<string, number>>
  readonly files: Map<string, StoredFile>
  /** By guild id, or 'global'. */
  readonly commands: Map<string, readonly StoredCommand[]>
  readonly interactions: Map<string, StoredInteraction>
  readonly notices: Map<string, StoredNotice>
  readonly threadsDenied: Set<string>
  /** Who is in the server, with their roles beside `@everyone`. */
  readonly members: Map<string, readonly string[]>
  readonly overwrites: Map<string, readonly Overwrite[]>
  /** What roles grant, where that was changed. */
  readonly rolePermissions: Map<string, string>
}

/** Each human shares one direct channel with Parley; its id is made from the person's. */
export function directChannelId(person: Person): string {
  return (BigInt(person.discordId) + 400_000_000_000_000_000n).toString()
}

export function createState(): State {
  const places: Channel[] = [
    ...channels.map(({ discordId, name }): Channel => ({ kind: 'text', id: discordId, name })),
    ...people
      .filter(person => !person.bot)
      .map(
        (person): Channel => ({ kind: 'direct', id: directChannelId(person), personId: person.discordId }),
      ),
  ]
  return {
    channels: new Map(places.map(place => [place.id, place])),
    messages: new Map(),
    lastMessageIds: new Map(),
    threadMembers: new Map(),
    files: new Map(),
    commands: new Map(),
    interactions: new Map(),
    notices: new Map(),
    threadsDenied: new Set(),
    members: new Map([
      ...people.map(({ discordId: id }) => [id, rolesAtFirst(id)] as const),
      [parley.discord.userId, [botRoleId]],
    ]),
    overwrites: new Map(channels.map(({ discordId: id }) => [id, firstOverwrites(id)])),
    rolePermissions: new Map(),
  }
}

function rolesAtFirst(personId: string): readonly string[] {
  return readerRoles.filter(({ personIds }) => personIds.includes(personId)).map(({ id }) => id)
}

export function apply(state: State, entry: DiscordEntry): void {
  switch (entry.type) {
    case 'thread':
      return void state.channels.set(entry.thread.id, entry.thread)
    case 'thread-member':
      return void inner(state.threadMembers, entry.threadId).set(entry.userId, entry.joinedMs)
    case 'thread-left':
      return void inner(state.threadMembers, entry.threadId).delete(entry.userId)
    case 'message':
      return applyMessage(state, entry.message)
    case 'message-deleted':
      return void inner(state.messages, entry.channelId).delete(entry.messageId)
    case 'file':
      return void state.files.set(entry.file.id, entry.file)
    case 'commands':
      return void state.commands.set(entry.scope, entry.commands)
    case 'interaction':
      return void state.interactions.set(entry.interaction.id, entry.interaction)
    case 'notice':
      return void state.notices.set(entry.notice.id, entry.notice)
    case 'guild-member':
      return void (entry.roleIds
        ? state.members.set(entry.userId, entry.roleIds)
        : state.members.delete(entry.userId))
    case 'overwrites':
      return void state.overwrites.set(entry.channelId, entry.overwrites)
    case 'role':
      return void state.rolePermissions.set(entry.roleId, entry.permissions)
    case 'threads-denied':
      return void (entry.deny
        ? state.threadsDenied.add(entry.channelId)
        : state.threadsDenied.delete(entry.channelId))
  }
}

function applyMessage(state: State, message: StoredMessage) {
  const { id, channelId, onlyFor } = message
  inner(state.messages, channelId).set(id, message)
  const last = state.lastMessageIds.get(channelId)
  if (onlyFor === undefined && (last === undefined || BigInt(last) < BigInt(id)))
    state.lastMessageIds.set(channelId, id)
}

function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = outer.get(key) ?? new Map<string, V>()
  outer.set(key, found)
  return found
}

/** The fewest entries that rebuild this state; interactions older than `sinceMs` are forgotten. */
export function snapshot(state: State, sinceMs: number): DiscordEntry[] {
  const threads = [...state.channels.values()].filter(channel => channel.kind === 'thread')
  const messages = [...state.messages.values()].flatMap(map => [...map.values()])
  return [
    ...threads.map((thread): DiscordEntry => ({ type: 'thread', thread })),
    ...[...state.threadMembers].flatMap(([threadId, members]) =>
      [...members].map(
        ([userId, joinedMs]): DiscordEntry => ({ type: 'thread-member', threadId, userId, joinedMs }),
      ),
    ),
    ...[...state.files.values()].map((file): DiscordEntry => ({ type: 'file', file })),
    ...messages.map((message): DiscordEntry => ({ type: 'message', message })),
    ...[...state.commands].map(([scope, commands]): DiscordEntry => ({ type: 'commands', scope, commands })),
    ...[...state.interactions.values()]
      .filter(interaction => interaction.atMs >= sinceMs || keepsNamed(state, interaction))
      .map((interaction): DiscordEntry => ({ type: 'interaction', interaction })),
    ...[...state.notices.values()].map((notice): DiscordEntry => ({ type: 'notice', notice })),
    ...membership(state),
    ...[...state.threadsDenied].map(
      (channelId): DiscordEntry => ({ type: 'threads-denied', channelId, deny: true }),
    ),
  ]
}

function membership(state: State): DiscordEntry[] {
  const accounts = [...people.map(({ discordId }) => discordId), parley.discord.userId]
  return [
    ...accounts.map((userId): DiscordEntry => {
      const roleIds = state.members.get(userId)
      return { type: 'guild-member', userId, ...(roleIds && { roleIds }) }
    }),
    ...[...state.overwrites].map(
      ([channelId, overwrites]): DiscordEntry => ({ type: 'overwrites', channelId, overwrites }),
    ),
    ...[...state.rolePermissions].map(
      ([roleId, permissions]): DiscordEntry => ({ type: 'role', roleId, permissions }),
    ),
  ]
}

/** A message still tells which command it answers, long after the interaction's token died. */
function keepsNamed(state: State, { channelId, originalId }: StoredInteraction): boolean {
  return originalId !== undefined && (state.messages.get(channelId)?.has(originalId) ?? false)
}

/** The greatest id in use, above which new ones must lie. */
export function greatestId(state: State): string {
  const ids = [
    ...state.channels.keys(),
    ...state.lastMessageIds.values(),
    ...state.files.keys(),
    ...[...state.messages.values()].flatMap(map => [...map.keys()]),
    ...[...state.commands.values()].flatMap(list => list.map(command => command.version)),
    ...state.interactions.keys(),
    ...state.notices.keys(),
    parley.discord.guildId,
  ]
  return ids.reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b))
}
