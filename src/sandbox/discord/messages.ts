import { ephemeral, refuseEmpty, suppressEmbeds } from './draft.ts'
import type { Draft } from './draft.ts'
import type { MessageReference, StoredMessage } from './entry.ts'
import { invalidField } from './errors.ts'
import { intents } from './intents.ts'
import { concernsParley, mentionsOf } from './mentions.ts'
import { isDirect, toCreated, toMessageEvent } from './message-payload.ts'
import { parley } from '../cast.ts'
import { wake } from './threads.ts'
import { findMessage } from './world.ts'
import type { World } from './world.ts'

const loading = 128
const { guildId } = parley.discord

export interface Posting {
  readonly type?: number
  readonly flags?: number
  readonly interactionId?: string
  readonly onlyFor?: string | undefined
  readonly reference?: MessageReference
}

/**
 * Posts a message and announces it, unless an enforced nonce names one of the same author in this channel that
 * is young enough: then that one is returned and nothing happens.
 */
export function post(
  world: World,
  channelId: string,
  authorId: string,
  draft: Draft,
  posting: Posting = {},
): StoredMessage {
  const twin = draft.enforceNonce === true ? findTwin(world, channelId, authorId, draft.nonce) : undefined
  if (twin) return twin
  const message = compose(world, channelId, authorId, draft, posting)
  if ((message.flags & loading) === 0 && message.type !== 21) refuseEmpty(message)
  wake(world, channelId, authorId)
  world.record({ type: 'message', message })
  announce(world, 'MESSAGE_CREATE', message)
  return message
}

function compose(
  world: World,
  channelId: string,
  authorId: string,
  draft: Draft,
  posting: Posting,
): StoredMessage {
  const reference = posting.reference ?? resolveReference(world, channelId, draft)
  const answered = reference && findMessage(world, reference.channelId, reference.messageId)
  const content = draft.content ?? ''
  const isReply = draft.replyTo !== undefined && reference !== undefined
  return {
    id: world.nextId(),
    channelId,
    authorId,
    type: posting.type ?? (isReply ? 19 : 0),
    content,
    atMs: world.now(),
    // Only an answer to an interaction can be ephemeral; elsewhere the flag is ignored.
    flags: ((draft.flags ?? 0) & ~(posting.onlyFor === undefined ? ephemeral : 0)) | (posting.flags ?? 0),
    nonce: draft.nonce,
    tts: draft.tts ?? false,
    ...mentionsOf(content, draft.allowedMentions, isReply ? answered?.authorId : undefined),
    allowedMentions: draft.allowedMentions,
    reference,
    components: draft.components ?? [],
    embeds: draft.embeds ?? [],
    attachments: draft.attachments ?? [],
    interactionId: posting.interactionId,
    onlyFor: posting.onlyFor,
  }
}

function findTwin(world: World, channelId: string, authorId: string, nonce: Draft['nonce']) {
  if (nonce === undefined) return undefined
  const since = world.now() - world.nonceWindowMs
  return [...(world.state.messages.get(channelId)?.values() ?? [])].findLast(
    message => message.authorId === authorId && message.nonce === nonce && message.atMs >= since,
  )
}

function resolveReference(world: World, channelId: string, { replyTo }: Draft): MessageReference | undefined {
  if (!replyTo) return undefined
  if (findMessage(world, channelId, replyTo.messageId)) return { channelId, messageId: replyTo.messageId }
  if (!replyTo.failIfNotExists) return undefined
  throw invalidField(['message_reference'], 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message')
}

/** Changes what the draft mentions of a message, and announces it. A deferred answer is filled, not edited. */
export function revise(world: World, message: StoredMessage, draft: Draft): StoredMessage {
  const content = draft.content ?? message.content
  const { reference } = message
  const answered =
    message.type === 19 && reference && findMessage(world, reference.channelId, reference.messageId)
  const kept = draft.keptAttachments
  const wasLoading = (message.flags & loading) !== 0
  const revised: StoredMessage = {
    ...message,
    content,
    editedMs: wasLoading ? message.editedMs : world.now(),
    flags: revisedFlags(message.flags, draft.flags),
    ...(draft.content !== undefined &&
      mentionsOf(content, draft.allowedMentions, answered ? answered.authorId : undefined)),
    allowedMentions: draft.allowedMentions ?? message.allowedMentions,
    components: draft.components ?? message.components,
    embeds: draft.embeds ?? message.embeds,
    attachments: [
      ...message.attachments.filter(({ id }) => kept === undefined || kept.includes(id)),
      ...(draft.attachments ?? []),
    ],
  }
  refuseEmpty(revised)
  replace(world, revised)
  return revised
}

/** An edit may set or clear SuppressEmbeds and add components v2; it keeps the rest, and ends loading. */
function revisedFlags(before: number, asked: number | undefined): number {
  const settled = before & ~loading
  return asked === undefined ? settled : (settled & ~suppressEmbeds) | (asked & ~ephemeral)
}

/** Stores a changed message and announces the change. */
export function replace(world: World, message: StoredMessage): void {
  world.record({ type: 'message', message })
  announce(world, 'MESSAGE_UPDATE', message)
}

export function erase(world: World, { channelId, id: messageId, onlyFor }: StoredMessage): void {
  world.record({ type: 'message-deleted', channelId, messageId })
  world.touch(channelId)
  if (onlyFor !== undefined) return
  world.emit({
    t: 'MESSAGE_DELETE',
    d: { id: messageId, channel_id: channelId, ...placeOf(world, channelId) },
    intent: messageIntent(world, channelId),
  })
}

/** Deletes many at once, announced as one event, as when a moderator cleans up. */
export function eraseMany(world: World, channelId: string, ids: readonly string[]): void {
  const known = ids.filter(id => findMessage(world, channelId, id))
  for (const messageId of known) world.record({ type: 'message-deleted', channelId, messageId })
  world.touch(channelId)
  world.emit({
    t: 'MESSAGE_DELETE_BULK',
    d: { ids: known, channel_id: channelId, ...placeOf(world, channelId) },
    intent: messageIntent(world, channelId),
  })
}

function placeOf(world: World, channelId: string) {
  return isDirect(world, channelId) ? {} : { guild_id: guildId }
}

function messageIntent(world: World, channelId: string): number {
  return isDirect(world, channelId) ? intents.directMessages : intents.guildMessages
}

function announce(world: World, t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: StoredMessage) {
  world.touch(message.channelId)
  if (message.onlyFor !== undefined) return
  const created = t === 'MESSAGE_CREATE' ? toCreated(world, message) : {}
  world.emit({
    t,
    d: { ...created, ...toMessageEvent(world, message) },
    intent: messageIntent(world, message.channelId),
    secretContent: !isDirect(world, message.channelId) && !concernsParley(message.authorId, message),
  })
}

export interface Window {
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly around?: string | undefined
  readonly limit: number
}

/** A window on a channel's messages, newest first; `after` takes the oldest that follow, as Discord does. */
export function list(world: World, channelId: string, window: Window): StoredMessage[] {
  const all = [...(world.state.messages.get(channelId)?.values() ?? [])].filter(
    message => message.onlyFor === undefined,
  )
  const { before, after, around, limit } = window
  if (around !== undefined) {
    const middle = all.findIndex(({ id }) => BigInt(id) >= BigInt(around))
    const start = Math.max(0, (middle < 0 ? all.length : middle) - Math.floor(limit / 2))
    return all.slice(start, start + limit).toReversed()
  }
  if (after !== undefined)
    return all
      .filter(({ id }) => BigInt(id) > BigInt(after))
      .slice(0, limit)
      .toReversed()
  return all
    .filter(({ id }) => before === undefined || BigInt(id) < BigInt(before))
    .slice(-limit)
    .toReversed()
}
