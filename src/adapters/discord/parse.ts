import type {
  APIMessage,
  GatewayMessageCreateDispatchData,
  GatewayMessageUpdateDispatchData,
} from 'discord.js'
import { MessageType } from 'discord.js'
import type { Author } from '../../core/identity.ts'
import type { Inbound, InboundMessage } from '../../core/inbound.ts'
import type { Place, ThreadRef } from '../../core/thread.ts'
import { fromDiscord } from './markdown.ts'
import { rolesInMessage } from './roles-told.ts'

/** Where a channel id leads: Discord says it of the channel, not of the message. */
export type Whereabouts =
  | { readonly kind: 'direct'; readonly channelId: string }
  | { readonly kind: 'channel'; readonly guildId: string; readonly channelId: string }
  | {
      readonly kind: 'thread'
      readonly guildId: string
      readonly channelId: string
      readonly threadId: string
      /** Not everybody of the channel reads it. */
      readonly privateThread?: boolean
    }

export type RawMessage = (
  | GatewayMessageCreateDispatchData
  | GatewayMessageUpdateDispatchData
  | APIMessage
) & {
  readonly guild_id?: string
  readonly member?: { readonly nick?: string | null; readonly roles?: readonly string[] }
}

/** Discord's ids are global: one realm for all servers. */
export const realm = 'discord'

/** Direct messages belong to no server; Discord's own interface calls the place `@me`. */
export const directWorkspace = '@me'

export function placeOf(where: Whereabouts): Place {
  const workspaceId = where.kind === 'direct' ? directWorkspace : where.guildId
  return { platform: 'discord', workspaceId, channelId: where.channelId }
}

/** The thread a message belongs to, or would open: a public thread has the id of the message it starts from. */
export function threadOf(where: Whereabouts, messageId: string): ThreadRef {
  const threadId =
    where.kind === 'direct' ? where.channelId : where.kind === 'thread' ? where.threadId : messageId
  return { ...placeOf(where), threadId }
}

/** What a message or command tells of its thread, where not everybody of the channel reads it. */
export function privacyOf(where: Whereabouts): { readonly privateThread?: boolean } {
  return where.kind === 'thread' && where.privateThread ? { privateThread: true } : {}
}

/** A message as it was posted. */
export function parseMessage(raw: RawMessage, where: Whereabouts, botId: string): Inbound {
  const ignored = reasonToIgnore(raw, botId)
  if (ignored)
    return {
      kind: 'ignored',
      key: `message:${raw.id}`,
      place: placeOf(where),
      threadId: threadOf(where, raw.id).threadId,
      reason: ignored,
    }
  return toMessage(raw, where, botId)
}

/** A message as it reads now. Link previews arrive as updates too, without a new edit time: those are ignored. */
export function parseEdit(raw: RawMessage, where: Whereabouts, botId: string): Inbound | undefined {
  if (!raw.author || raw.edited_timestamp == null || reasonToIgnore(raw, botId)) return undefined
  return {
    kind: 'edit',
    key: `edit:${raw.id}:${raw.edited_timestamp}`,
    message: toMessage(raw, where, botId),
  }
}

export function parseDelete(messageId: string, where: Whereabouts): Inbound {
  return { kind: 'delete', key: `delete:${messageId}`, place: placeOf(where), messageRef: messageId }
}

export function toAuthor(
  user: { readonly id: string; readonly username: string; readonly global_name?: string | null },
  nick?: string | null,
): Author {
  return { platform: 'discord', realm, userId: user.id, name: nick ?? user.global_name ?? user.username }
}

type IgnoredReason = 'own_message' | 'other_bot' | 'system_message'

export function reasonToIgnore(raw: RawMessage, botId: string): IgnoredReason | undefined {
  if (raw.author.id === botId) return 'own_message'
  if (raw.author.bot || raw.webhook_id !== undefined) return 'other_bot'
  return raw.type === MessageType.Default || raw.type === MessageType.Reply ? undefined : 'system_message'
}

function toMessage(raw: RawMessage, where: Whereabouts, botId: string): InboundMessage {
  const mention = new RegExp(`<@!?${botId}>`, 'g')
  const repliesTo = raw.message_reference?.message_id
  return {
    kind: 'message',
    key: `message:${raw.id}`,
    thread: threadOf(where, raw.id),
    messageRef: raw.id,
    author: toAuthor(raw.author, raw.member?.nick),
    text: fromDiscord(raw.content.replace(mention, '@Parley')),
    sentAtMs: Date.parse(raw.timestamp),
    direct: where.kind === 'direct',
    mentionsParley: raw.content.search(mention) >= 0,
    inThread: where.kind === 'thread',
    ...privacyOf(where),
    roles: rolesInMessage(raw.member, where.kind === 'direct'),
    files: raw.attachments.map(file => file.filename),
    delivery: { origin: where.kind },
    ...(repliesTo === undefined
      ? {}
      : { repliesTo: { messageRef: repliesTo, toParley: raw.referenced_message?.author.id === botId } }),
  }
}
