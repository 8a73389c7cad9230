import type { ChannelView, Player, SeenMessage } from '../player.ts'
import { people } from '../cast.ts'
import { buttonsOf } from './buttons.ts'
import type { ThreadStatus } from './entry.ts'
import type { Interactions, SlashCommand } from './interactions.ts'
import type { StoredMessage } from './message.ts'
import { type Account, getAccount, parleyAccount, type SlackChannel, slackChannels } from './places.ts'
import { shownText } from './shown-text.ts'
import type { Sockets } from './sockets.ts'
import type { Streams } from './streams.ts'
import { plain, type Talk } from './talk.ts'
import { msOf } from './ts-clock.ts'
import { toWireText } from './wire-text.ts'
import type { World } from './world.ts'

export interface PlayerOptions {
  readonly world: World
  readonly talk: Talk
  readonly streams: Streams
  readonly sockets: Sockets
  readonly interactions: Interactions
  readonly commands: readonly SlashCommand[]
}

/** A status clears by itself after two minutes. */
const statusMaxMs = 2 * 60_000

/** What the people of the workspace see and do. */
export function createSlackPlayer(options: PlayerOptions): Player {
  const { world, talk, streams, sockets, interactions } = options
  const own = (channelId: string, messageId: string, personId: string): StoredMessage => {
    const message = world.findMessage(channelId, messageId)
    if (message?.userId !== personId || message.tombstone)
      throw new Error(`${personId} did not write ${messageId}.`)
    return message
  }
  return {
    platform: 'slack',
    view: () => ({
      platform: 'slack',
      connections: sockets.count(),
      people: people.map(({ slackId, name, tint, bot }) => ({ id: slackId, name, tint, bot })),
      channels: slackChannels.map(channel => channelView(channel, world)),
      commands: options.commands,
    }),
    messages(channelId, threadId) {
      streams.expire()
      return seenIn(world, channelId, threadId)
    },
    say(to, personId, text) {
      if (world.findChannel(to.channelId)?.secret && !world.members(to.channelId).has(personId))
        throw new Error(`${personId} is not in the channel ${to.channelId}`)
      const place = { channelId: to.channelId, threadTs: to.threadId }
      return { messageId: talk.say(place, personId, text).ts }
    },
    edit(channelId, messageId, personId, text) {
      talk.revise(own(channelId, messageId, personId), plain(toWireText(text)), personId)
    },
    remove: (channelId, messageId, personId) => talk.remove(own(channelId, messageId, personId)),
    command: (to, personId, name, text) => interactions.command(to, personId, name, text),
    press: (channelId, messageId, personId, buttonId) =>
      interactions.press(channelId, messageId, personId, buttonId),
    stop: (channelId, threadId, personId) => streams.stopByPerson(channelId, threadId, personId),
    dropConnections: () => sockets.drop(),
    onChange: listener => world.onChange(listener),
  }
}

const channelView = ({ id, name, kind, personId, secret }: SlackChannel, world: World): ChannelView => ({
  id,
  name,
  kind,
  ...(personId !== undefined && { personId }),
  ...(secret && { readerIds: [...world.members(id)] }),
})

function seenIn(world: World, channelId: string, threadId: string | undefined): readonly SeenMessage[] {
  const here = ({ ts, threadTs, broadcast }: StoredMessage) =>
    threadId === undefined ? threadTs === undefined || broadcast : ts === threadId || threadTs === threadId
  const seen = world
    .messages(channelId)
    .filter(here)
    .map(message => seenMessage(world, message))
  const statuses = threadId === undefined ? [] : statusOf(world, channelId, threadId)
  return [...seen, ...statuses]
}

function seenMessage(world: World, message: StoredMessage): SeenMessage {
  const { ts, channelId, threadTs, onlyFor } = message
  const count = world.replies(channelId, ts).filter(reply => reply.onlyFor === undefined).length
  return {
    id: ts,
    channelId,
    ...(threadTs !== undefined && { threadId: threadTs }),
    ...(count > 0 && { replies: { threadId: ts, count } }),
    author: authorOf(getAccount(message.userId)),
    ...shownText(message),
    atMs: msOf(ts),
    edited: message.edited !== undefined,
    streaming: message.stream?.state === 'open',
    buttons: buttonsOf(message).map(({ id, label, danger }) => ({ id, label, danger })),
    ...(onlyFor !== undefined && { onlyFor }),
  }
}

/** Shown where the next answer will come, until it comes. */
function statusOf(world: World, channelId: string, threadId: string): readonly SeenMessage[] {
  const said: Pick<ThreadStatus, 'text' | 'atMs'> | undefined = world.findStatus(channelId, threadId)
  const fresh = said && world.now() < said.atMs + statusMaxMs ? said.text : undefined
  const streaming = world
    .openStreams()
    .some(message => message.channelId === channelId && message.threadTs === threadId)
  const working = world.findSession(channelId, threadId)?.status === 'processing' && !streaming
  const status = fresh ?? (working ? 'is working…' : undefined)
  if (status === undefined) return []
  return [
    {
      id: `status:${threadId}`,
      channelId,
      threadId,
      author: authorOf(parleyAccount),
      text: '',
      dialect: 'mrkdwn',
      atMs: said?.atMs ?? world.now(),
      edited: false,
      streaming: false,
      status,
      buttons: [],
    },
  ]
}

const authorOf = ({ id, name, tint, bot }: Account) => ({ id, name, tint, bot })
