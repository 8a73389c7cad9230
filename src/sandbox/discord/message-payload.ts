import type { APIMessage } from 'discord-api-types/v10'
import { parley } from '../cast.ts'
import type { StoredMessage } from './entry.ts'
import type { Json } from './form.ts'
import { toChannel, toPartialMember, toUser } from './payload.ts'
import { findMessage } from './world.ts'
import type { World } from './world.ts'

const hasThreadFlag = 32
const { guildId, applicationId, userId: botId } = parley.discord

/** A message as REST answers it. A reply brings the message it answers along; that one brings no other. */
export function toMessage(world: World, message: StoredMessage, nested = false): Json {
  const thread = world.state.channels.get(message.id)
  const { reference } = message
  const referenced = reference && findMessage(world, reference.channelId, reference.messageId)
  return {
    ...toBareMessage(message),
    flags: message.flags | (thread ? hasThreadFlag : 0),
    ...(thread && { thread: toChannel(world, thread) }),
    ...interactionOf(world, message),
    ...(reference && {
      message_reference: {
        type: 0,
        channel_id: reference.channelId,
        message_id: reference.messageId,
        ...(isDirect(world, message.channelId) ? {} : { guild_id: guildId }),
      },
    }),
    ...(reference &&
      !nested && { referenced_message: referenced ? toMessage(world, referenced, true) : null }),
  }
}

function toBareMessage(message: StoredMessage) {
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: toUser(message.authorId),
    content: message.content,
    timestamp: new Date(message.atMs).toISOString(),
    edited_timestamp: message.editedMs === undefined ? null : new Date(message.editedMs).toISOString(),
    tts: message.tts,
    mention_everyone: message.mentionEveryone,
    mention_roles: [...message.mentionRoleIds],
    mentions: message.mentionIds.map(toUser),
    attachments: message.attachments.map(({ id, filename, size, contentType, url }) => ({
      id,
      filename,
      size,
      content_type: contentType,
      url,
      proxy_url: url,
    })),
    embeds: message.embeds as APIMessage['embeds'],
    components: message.components as NonNullable<APIMessage['components']>,
    pinned: false,
  } satisfies Omit<APIMessage, 'flags'>
}

function interactionOf(world: World, { interactionId }: StoredMessage): Json {
  if (interactionId === undefined) return {}
  const interaction = world.state.interactions.get(interactionId)
  if (!interaction) return { application_id: applicationId, webhook_id: applicationId }
  const { id, type, userId, name } = interaction
  const user = toUser(userId)
  return {
    application_id: applicationId,
    webhook_id: applicationId,
    interaction_metadata: { id, type, user, authorizing_integration_owners: { 0: guildId } },
    ...(type === 2 && { interaction: { id, type, name, user } }),
  }
}

/** A message as its creation is answered: the nonce comes back then, and never again. */
export function toCreated(world: World, message: StoredMessage): Json {
  return { ...toMessage(world, message), ...(message.nonce !== undefined && { nonce: message.nonce }) }
}

/** A message as the gateway tells it: with the guild, the author's membership and the kind of channel. */
export function toMessageEvent(world: World, message: StoredMessage): Json {
  const channel = world.state.channels.get(message.channelId)
  const payload = toMessage(world, message)
  if (!channel || channel.kind === 'direct') return { ...payload, channel_type: 1 }
  return {
    ...payload,
    channel_type: channel.kind === 'text' ? 0 : channel.secret ? 12 : 11,
    guild_id: guildId,
    member: toPartialMember(world, message.authorId),
    mentions: message.mentionIds.map(id => ({ ...toUser(id), member: toPartialMember(world, id) })),
  }
}

export function isDirect(world: World, channelId: string): boolean {
  return world.state.channels.get(channelId)?.kind === 'direct'
}

export function isParley(userId: string): boolean {
  return userId === botId
}
