import { parley, people } from '../cast.ts'
import type { SeenMessage } from '../player.ts'
import type { StoredMessage, StoredNotice } from './entry.ts'
import { isJson, textOf } from './form.ts'
import { findAccount, findMessage, tokenLifeMs } from './world.ts'
import type { World } from './world.ts'

const loading = 128
const dangerStyle = 4
const linkStyle = 5

/** What is seen of a channel, or of a thread with the message it was started on first; oldest first. */
export function seenMessages(world: World, channelId: string, threadId?: string): SeenMessage[] {
  const placeId = threadId ?? channelId
  const root = threadId === undefined ? undefined : findMessage(world, channelId, threadId)
  const spoken = [...(world.state.messages.get(placeId)?.values() ?? [])].filter(({ type }) => type !== 21)
  const notices = [...world.state.notices.values()].filter(notice => notice.channelId === placeId)
  const seen = [
    ...spoken.map(message => seeMessage(world, message, channelId, threadId)),
    ...notices.map(notice => seeNotice(notice, channelId, threadId)),
  ].toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  return root ? [seeMessage(world, root, channelId), ...seen] : seen
}

function seeMessage(world: World, message: StoredMessage, channelId: string, threadId?: string): SeenMessage {
  const isLoading = (message.flags & loading) !== 0
  const dead = isLoading && world.now() - message.atMs > tokenLifeMs
  const replies = threadId === undefined ? repliesTo(world, message) : undefined
  const { reference } = message
  return {
    id: message.id,
    channelId,
    ...(threadId !== undefined && { threadId }),
    ...(replies && { replies }),
    author: authorOf(message.authorId),
    text: dead ? 'The application did not respond' : shownText(message),
    dialect: 'discord',
    atMs: message.atMs,
    edited: message.editedMs !== undefined,
    streaming: isLoading && !dead,
    ...(isLoading && !dead && { status: `${parley.name} is thinking…` }),
    buttons: buttonsOf(message.components),
    ...(reference && message.type === 19 && { replyTo: reference.messageId }),
    ...(message.onlyFor !== undefined && { onlyFor: message.onlyFor }),
  }
}

function seeNotice(notice: StoredNotice, channelId: string, threadId?: string): SeenMessage {
  return {
    id: notice.id,
    channelId,
    ...(threadId !== undefined && { threadId }),
    author: { id: 'discord', name: 'Discord', tint: 'slate', bot: true },
    text: notice.text,
    dialect: 'discord',
    atMs: notice.atMs,
    edited: false,
    streaming: false,
    buttons: [],
    onlyFor: notice.onlyFor,
  }
}

/** A note about a new thread (type 18) carries only its name. */
function shownText({ type, content, components }: StoredMessage): string {
  if (type === 18) return `started a thread: **${content}**`
  return [content, ...textsOf(components)].filter(text => text !== '').join('\n')
}

/** The text displays (type 10) of a components v2 message. */
function textsOf(components: readonly unknown[]): string[] {
  return components.filter(isJson).flatMap(component => {
    const inner = Array.isArray(component['components']) ? textsOf(component['components']) : []
    return component['type'] === 10 ? [String(component['content'])] : inner
  })
}

function authorOf(id: string): SeenMessage['author'] {
  const { name, bot, tint } = findAccount(id) ?? { name: id, bot: false, tint: 'slate' }
  return { id, name, bot, tint }
}

function repliesTo(world: World, { id }: StoredMessage): SeenMessage['replies'] {
  if (world.state.channels.get(id)?.kind !== 'thread') return undefined
  const said = [...(world.state.messages.get(id)?.values() ?? [])]
  return {
    threadId: id,
    count: said.filter(({ type, onlyFor }) => type !== 21 && onlyFor === undefined).length,
  }
}

/** The buttons of a message that can be pressed: not links, and not disabled ones. */
export function buttonsOf(components: readonly unknown[]): SeenMessage['buttons'] {
  return components.filter(isJson).flatMap(component => {
    if (Array.isArray(component['components'])) return buttonsOf(component['components'])
    const { type, style, custom_id: id, label, disabled } = component
    if (type !== 2 || style === linkStyle || disabled === true) return []
    return [{ id: String(id), label: textOf(label), danger: style === dangerStyle }]
  })
}

export function peopleSeen(): { id: string; name: string; tint: string; bot: boolean }[] {
  return people.map(({ discordId: id, name, tint, bot }) => ({ id, name, tint, bot }))
}
