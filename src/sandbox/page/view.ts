import { parley } from '../cast.ts'
import type { ChannelView, Player, PlatformView, SeenMessage } from '../player.ts'
import { typedForm } from './names.ts'
import { messageHtml } from './render.ts'
import type { Trail } from './trail.ts'
import type { Pane, ShownMessage, Sight, View } from './wire.ts'

export interface Players {
  readonly slack: Player
  readonly discord: Player
}

/** What a page asks for: ids, or names as they stand in its address (`support`, `direct`, `ada`). */
export interface Wish {
  readonly platform?: string | undefined
  readonly channel?: string | undefined
  readonly thread?: string | undefined
  readonly person?: string | undefined
}

export const parleyId = { slack: parley.slack.userId, discord: parley.discord.userId } as const

/** More than this many messages of a place are not shown: a page must stay quick. */
const shownAtMost = 200

/** Threads older than these are not looked into for an answer that is being written. */
const lookedInto = 20

/** The place a wish comes to: what does not exist becomes the first of its kind. */
export function sightOf(players: Players, wish: Wish): Sight {
  const platform = wish.platform === 'discord' ? 'discord' : 'slack'
  const { people, channels } = players[platform].view()
  const person = people.find(({ id, name }) => named(wish.person, id, name)) ?? people[0]
  const open = channels.filter(channel => mayEnter(channel, person?.id))
  const channel =
    open.find(({ id, name, kind }) => named(wish.channel, id, kind === 'direct' ? 'direct' : name)) ?? open[0]
  const threadId = wish.thread
  return {
    platform,
    channelId: channel?.id ?? '',
    ...(threadId && { threadId }),
    personId: person?.id ?? '',
  }
}

const named = (wished: string | undefined, id: string, name: string) =>
  wished === id || wished?.toLowerCase() === name.toLowerCase()

/** Direct messages are for the one person who shares them with Parley, a private channel for who is in it. */
export const mayEnter = ({ kind, personId, readerIds }: ChannelView, asking: string | undefined): boolean =>
  kind === 'direct'
    ? personId === asking
    : readerIds === undefined || (asking !== undefined && readerIds.includes(asking))

/** All that a page at this sight shows now. */
export function viewOf(player: Player, trail: Trail, sight: Sight, version: string): View {
  const platform = player.view()
  const { channelId, threadId } = sight
  const steps = trailOf(trail, platform, sight)
  return {
    version,
    sight,
    connections: platform.connections,
    parley: { id: parleyId[player.platform], name: parley.name },
    people: platform.people,
    channels: platform.channels.filter(channel => mayEnter(channel, sight.personId)),
    commands: platform.commands,
    channel: paneOf(player, sight, player.messages(channelId)),
    ...(threadId !== undefined && {
      thread: paneOf(player, sight, player.messages(channelId, threadId).map(withoutThread)),
    }),
    trail: steps.map(({ atMs, text, kind }) => ({ atMs, text, kind })),
  }
}

/** Within a thread, its first message need not lead to it. */
function withoutThread({ replies: _here, ...message }: SeenMessage): SeenMessage {
  return message
}

/** A channel is too wide for a trail; a thread and a direct message are not. */
function trailOf(trail: Trail, { channels }: PlatformView, { platform, channelId, threadId }: Sight) {
  const direct = channels.some(({ id, kind }) => id === channelId && kind === 'direct')
  return threadId !== undefined || direct ? trail.recent(platform, channelId, threadId) : []
}

function paneOf(player: Player, sight: Sight, all: readonly SeenMessage[]): Pane {
  const seen = all.filter(({ onlyFor }) => onlyFor === undefined || onlyFor === sight.personId)
  const messages = seen.slice(-shownAtMost)
  const recent = new Set(messages.filter(({ replies }) => replies).slice(-lookedInto))
  return {
    messages: messages.map(message => shownMessage(player, sight, all, message, recent.has(message))),
    cut: seen.length > messages.length,
  }
}

function shownMessage(
  player: Player,
  { personId }: Sight,
  all: readonly SeenMessage[],
  message: SeenMessage,
  lookInside: boolean,
): ShownMessage {
  const { id, channelId, threadId, author, text, replies, replyTo, status } = message
  const native = player.stop !== undefined && isLive(message) && message.buttons.length === 0
  const answered = all.find(other => other.id === replyTo)
  return {
    id,
    author: { ...author, parley: author.id === parleyId[player.platform] },
    html: messageHtml(message),
    ...(author.id === personId && { typed: typedForm(text, player.platform) }),
    atMs: message.atMs,
    edited: message.edited,
    live: isLive(message),
    ...(status !== undefined && { status }),
    buttons: message.buttons,
    ...(native && { stops: threadId ?? id }),
    ...(replies && {
      replies: {
        ...replies,
        answering: lookInside && player.messages(channelId, replies.threadId).some(isLive),
      },
    }),
    ...(answered && { replyTo: { name: answered.author.name, excerpt: excerpt(answered, player.platform) } }),
    onlyYou: message.onlyFor !== undefined,
  }
}

/** Discord has no streams: there, an answer that can be stopped is one that is being written. */
const isLive = ({ streaming, status, buttons }: SeenMessage) =>
  streaming || status !== undefined || buttons.some(({ label }) => /^stop\b/i.test(label))

const excerpt = ({ text }: SeenMessage, platform: Sight['platform']) =>
  typedForm(text, platform).replace(/\s+/g, ' ').slice(0, 80)
