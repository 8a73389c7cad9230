import type { APIGuildMember, APIRole, APIThreadMember, APIUser } from 'discord-api-types/v10'
import { channels, parley } from '../cast.ts'
import type { StoredThread } from './entry.ts'
import { botPermissionsIn, createThreads, rolePermissions } from './permissions.ts'
import { botRoleId, ownerId, readerRoles } from './roles.ts'
import type { Channel } from './state.ts'
import { everyone, getAccount } from './world.ts'
import type { World } from './world.ts'

const { guildId, guildName, applicationId, userId: botId } = parley.discord

/** With flags as plain bits, since the names of the bits exist only as values of the package. */
type Flagged<T> = Omit<T, 'flags'> & { readonly flags: number }

export function toUser(id: string): APIUser {
  const { name, bot } = getAccount(id)
  return {
    id,
    username: name.toLowerCase(),
    global_name: bot ? null : name,
    discriminator: bot ? '0001' : '0',
    avatar: null,
    bot,
    system: false,
  }
}

/** A guild member without the user, as messages carry it. */
export function toPartialMember(world: World, id: string): Flagged<Omit<APIGuildMember, 'user'>> {
  return {
    nick: null,
    avatar: null,
    banner: null,
    roles: [...(world.state.members.get(id) ?? [])],
    joined_at: '2026-01-05T09:00:00.000000+00:00',
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  }
}

export function toMember(world: World, id: string): Flagged<APIGuildMember> {
  return { ...toPartialMember(world, id), user: toUser(id) }
}

export function toRoles(world: World): Flagged<APIRole>[] {
  const role = (id: string, name: string, position: number): Flagged<APIRole> => ({
    id,
    name,
    position,
    permissions: rolePermissions(world, id).toString(),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    managed: id === botRoleId,
    mentionable: false,
    flags: 0,
    ...(id === botRoleId && { tags: { bot_id: botId } }),
  })
  return [
    role(guildId, '@everyone', 0),
    role(botRoleId, parley.name, 1),
    ...readerRoles.map(({ id, name }, index) => role(id, name, 2 + index)),
  ]
}

export function toThreadMember(
  world: World,
  threadId: string,
  userId: string,
): Flagged<APIThreadMember> | undefined {
  const joinedMs = world.state.threadMembers.get(threadId)?.get(userId)
  if (joinedMs === undefined) return undefined
  return { id: threadId, user_id: userId, join_timestamp: new Date(joinedMs).toISOString(), flags: 0 }
}

export function toChannel(world: World, channel: Channel): Record<string, unknown> {
  const last_message_id = world.state.lastMessageIds.get(channel.id) ?? null
  switch (channel.kind) {
    case 'direct':
      return { id: channel.id, type: 1, last_message_id, flags: 0, recipients: [toUser(channel.personId)] }
    case 'thread':
      return toThread(world, channel)
    case 'text':
      return {
        id: channel.id,
        type: 0,
        guild_id: guildId,
        name: channel.name,
        position: channels.findIndex(place => place.discordId === channel.id),
        parent_id: null,
        topic: null,
        nsfw: false,
        flags: 0,
        rate_limit_per_user: 0,
        last_message_id,
        permission_overwrites: toOverwrites(world, channel.id),
      }
  }
}

function toOverwrites({ state }: World, channelId: string): readonly Record<string, unknown>[] {
  const stored = (state.overwrites.get(channelId) ?? []).map(({ kind, ...overwrite }) => ({
    ...overwrite,
    type: kind === 'role' ? 0 : 1,
  }))
  if (!state.threadsDenied.has(channelId)) return stored
  const own = stored.find(({ id }) => id === botRoleId)
  const denied = { id: botRoleId, type: 0, allow: own?.allow ?? '0', deny: createThreads.toString() }
  return [...stored.filter(({ id }) => id !== botRoleId), denied]
}

function toThread(world: World, thread: StoredThread): Record<string, unknown> {
  const messages = [...(world.state.messages.get(thread.id)?.values() ?? [])]
  const count = messages.filter(({ type, onlyFor }) => type !== 21 && onlyFor === undefined).length
  const member = toThreadMember(world, thread.id, botId)
  const createdAt = new Date(thread.createdMs).toISOString()
  return {
    id: thread.id,
    type: thread.secret ? 12 : 11,
    guild_id: guildId,
    parent_id: thread.parentId,
    owner_id: thread.ownerId,
    name: thread.name,
    flags: 0,
    rate_limit_per_user: 0,
    last_message_id: world.state.lastMessageIds.get(thread.id) ?? null,
    message_count: count,
    total_message_sent: count,
    member_count: world.state.threadMembers.get(thread.id)?.size ?? 0,
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: createdAt,
      create_timestamp: createdAt,
      ...(thread.secret && { invitable: thread.invitable }),
    },
    ...(member && { member }),
  }
}

export function activeThreads(world: World): StoredThread[] {
  return [...world.state.channels.values()].filter(
    channel => channel.kind === 'thread' && !channel.archived,
  ) as StoredThread[]
}

export function toGuild(world: World): Record<string, unknown> {
  return {
    id: guildId,
    name: guildName,
    owner_id: ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    features: [],
    emojis: [],
    stickers: [],
    roles: toRoles(world),
    afk_channel_id: null,
    afk_timeout: 300,
    application_id: null,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    preferred_locale: 'en-US',
    premium_progress_bar_enabled: false,
    premium_tier: 0,
    premium_subscription_count: 0,
    public_updates_channel_id: null,
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    system_channel_flags: 0,
    system_channel_id: null,
    vanity_url_code: null,
    verification_level: 0,
    max_members: 500_000,
    incidents_data: null,
  }
}

/** A guild as GUILD_CREATE brings it: with its channels, active threads and members. */
export function toFullGuild(world: World): Record<string, unknown> {
  const places = channels.flatMap(place => world.state.channels.get(place.discordId) ?? [])
  return {
    ...toGuild(world),
    joined_at: '2026-01-05T09:00:00.000000+00:00',
    large: false,
    unavailable: false,
    member_count: world.state.members.size,
    members: [...world.state.members.keys()].map(id => toMember(world, id)),
    channels: places.map(place => toChannel(world, place)),
    threads: activeThreads(world).map(thread => toChannel(world, thread)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}

export function toApplication(): Record<string, unknown> {
  return {
    id: applicationId,
    name: parley.name,
    description: 'The AI teammate that lives where a team already talks.',
    icon: null,
    bot: toUser(botId),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    owner: toUser(everyone()[0]?.id ?? botId),
    team: null,
    rpc_origins: [],
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    integration_types_config: {},
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    summary: '',
    /** GATEWAY_MESSAGE_CONTENT_LIMITED: the content intent is on, for a bot in few guilds. */
    flags: 1 << 19,
  }
}

/** Parley's permissions in a channel, as an interaction carries them. */
export function appPermissions(world: World, channelId: string): string {
  return botPermissionsIn(world, channelId).toString()
}
