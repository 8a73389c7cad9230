import type { Json } from './form.ts'

/** One change of the stand-in's world, as kept in its journal. Each replaces what had the same id. */
export type DiscordEntry =
  | { readonly type: 'thread'; readonly thread: StoredThread }
  | {
      readonly type: 'thread-member'
      readonly threadId: string
      readonly userId: string
      readonly joinedMs: number
    }
  | { readonly type: 'thread-left'; readonly threadId: string; readonly userId: string }
  | { readonly type: 'message'; readonly message: StoredMessage }
  | { readonly type: 'message-deleted'; readonly channelId: string; readonly messageId: string }
  | { readonly type: 'file'; readonly file: StoredFile }
  | { readonly type: 'commands'; readonly scope: string; readonly commands: readonly StoredCommand[] }
  | { readonly type: 'interaction'; readonly interaction: StoredInteraction }
  | { readonly type: 'notice'; readonly notice: StoredNotice }
  /** Without roles: they left. */
  | { readonly type: 'guild-member'; readonly userId: string; readonly roleIds?: readonly string[] }
  | { readonly type: 'overwrites'; readonly channelId: string; readonly overwrites: readonly Overwrite[] }
  | { readonly type: 'role'; readonly roleId: string; readonly permissions: string }
  | { readonly type: 'threads-denied'; readonly channelId: string; readonly deny: boolean }

/** What a role or a member may do in one channel beyond, or short of, what they may do in the server. */
export interface Overwrite {
  readonly id: string
  readonly kind: 'role' | 'member'
  readonly allow: string
  readonly deny: string
}

export interface StoredThread {
  readonly id: string
  readonly kind: 'thread'
  readonly parentId: string
  readonly name: string
  readonly ownerId: string
  readonly secret: boolean
  readonly invitable: boolean
  readonly autoArchiveMinutes: number
  readonly archived: boolean
  readonly locked: boolean
  readonly createdMs: number
}

export interface StoredMessage {
  readonly id: string
  readonly channelId: string
  readonly authorId: string
  /** Discord's message type: 0 plain, 19 reply, 20 answer to a slash command, 21 first of a thread. */
  readonly type: number
  readonly content: string
  readonly atMs: number
  readonly editedMs?: number | undefined
  readonly flags: number
  readonly nonce?: string | number | undefined
  readonly tts: boolean
  readonly mentionIds: readonly string[]
  readonly mentionRoleIds: readonly string[]
  readonly mentionEveryone: boolean
  readonly allowedMentions?: Json | undefined
  readonly reference?: MessageReference | undefined
  readonly components: readonly unknown[]
  readonly embeds: readonly unknown[]
  readonly attachments: readonly StoredAttachment[]
  readonly interactionId?: string | undefined
  /** An ephemeral answer: this person alone sees it, and no bot can fetch it by its channel. */
  readonly onlyFor?: string | undefined
}

export interface MessageReference {
  readonly channelId: string
  readonly messageId: string
}

export interface StoredAttachment {
  readonly id: string
  readonly filename: string
  readonly size: number
  readonly contentType: string
  readonly url: string
}

export interface StoredFile {
  readonly id: string
  readonly contentType: string
  readonly base64: string
}

export interface StoredCommand {
  readonly id: string
  readonly version: string
  readonly guildId?: string | undefined
  readonly name: string
  readonly body: Json
}

export interface StoredInteraction {
  readonly id: string
  readonly token: string
  /** Discord's interaction type: 2 a command, 3 a button. */
  readonly type: 2 | 3
  readonly channelId: string
  readonly userId: string
  readonly name: string
  readonly atMs: number
  readonly state: 'waiting' | 'acknowledged' | 'unanswered'
  /** The message that `@original` names, once there is one. */
  readonly originalId?: string | undefined
  /** The message whose button was pressed. */
  readonly pressedId?: string | undefined
}

/** What Discord's own client tells one person; no bot ever sees it. */
export interface StoredNotice {
  readonly id: string
  readonly channelId: string
  readonly onlyFor: string
  readonly text: string
  readonly atMs: number
}
