import { type APIChannel, ChannelType, Routes } from 'discord.js'
import type { Whereabouts } from './parse.ts'
import type { DiscordRest } from './rest.ts'

export interface ChannelMap {
  /** Where this channel is: from what the gateway said, else asked over REST once. */
  locate(channelId: string, guildId: string | undefined): Promise<Whereabouts>
  /** A channel or thread that the gateway told of. */
  learn(channel: KnownChannel): void
  /** All that is known, for catching up. */
  known(): readonly KnownChannel[]
}

export interface KnownChannel {
  readonly id: string
  readonly type: ChannelType
  readonly guildId?: string
  readonly parentId?: string
  readonly lastMessageId?: string
}

export const threadTypes: ReadonlySet<ChannelType> = new Set([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
])

/** Most channels remembered; beyond it the oldest are asked for again when needed. */
const maxKnown = 20_000

/** Remembers which channels are threads of which: a message does not say. */
export function createChannelMap(rest: DiscordRest): ChannelMap {
  const channels = new Map<string, KnownChannel>()
  const learn = (channel: KnownChannel) => {
    channels.delete(channel.id)
    channels.set(channel.id, channel)
    const oldest = channels.size > maxKnown ? channels.keys().next().value : undefined
    if (oldest !== undefined) channels.delete(oldest)
  }
  return {
    learn,
    known: () => [...channels.values()],
    async locate(channelId, guildId) {
      if (guildId === undefined) return { kind: 'direct', channelId }
      const channel =
        channels.get(channelId) ?? toKnown(await rest.get<APIChannel>(Routes.channel(channelId)), guildId)
      if (!channels.has(channelId)) learn(channel)
      if (!threadTypes.has(channel.type) || channel.parentId === undefined)
        return { kind: 'channel', guildId, channelId }
      const place = { guildId, channelId: channel.parentId, threadId: channelId }
      const privateThread = channel.type === ChannelType.PrivateThread
      return { kind: 'thread', ...place, ...(privateThread ? { privateThread } : {}) }
    },
  }
}

export function toKnown(channel: Pick<APIChannel, 'id' | 'type'>, guildId: string | undefined): KnownChannel {
  const parentId =
    'parent_id' in channel && typeof channel.parent_id === 'string' ? channel.parent_id : undefined
  const last =
    'last_message_id' in channel && typeof channel.last_message_id === 'string'
      ? channel.last_message_id
      : undefined
  return {
    id: channel.id,
    type: channel.type,
    ...(guildId === undefined ? {} : { guildId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...(last === undefined ? {} : { lastMessageId: last }),
  }
}
