import { randomUUID } from 'node:crypto'
import { type Fields, refuse } from './args.ts'
import type { Events } from './events.ts'
import type { StoredMessage } from './message.ts'
import { type Account, getAccount, parleyAccount, slackbot } from './places.ts'
import { toWire } from './wire-message.ts'
import { toWireText } from './wire-text.ts'
import type { World } from './world.ts'

/** What is written in a message, before it has a place. */
export interface Content {
  readonly text: string
  readonly dialect: StoredMessage['dialect']
  readonly blocks: readonly Fields[]
  readonly metadata?: Fields
}

export interface Target {
  readonly channelId: string
  readonly threadTs?: string | undefined
}

/** Messages posted, edited and deleted, by people and by bots alike, and the events that follow. */
export interface Talk {
  /** What a person types; a bot of the cast speaks through it too. */
  say(target: Target, personId: string, typed: string): StoredMessage
  post(target: Target, content: Content, extra?: Extra): StoredMessage
  whisper(target: Target, onlyFor: string, content: Content, author?: Account): StoredMessage
  revise(message: StoredMessage, content: Content, editorId: string): StoredMessage
  remove(message: StoredMessage): void
  /** The root a reply goes under: a reply's own ts leads to its root; refused when there is no such message. */
  rootOf(channelId: string, threadTs: string): string
}

export interface Extra {
  readonly username?: string | undefined
  readonly broadcast?: boolean
  readonly stream?: StoredMessage['stream']
}

export const plain = (text: string): Content => ({ text, dialect: 'mrkdwn', blocks: [] })

export function createTalk(world: World, events: Events): Talk {
  const rootOf = (channelId: string, threadTs: string): string => {
    const message = world.findMessage(channelId, threadTs)
    if (!message || message.onlyFor !== undefined) return refuse('thread_not_found')
    return message.threadTs ?? message.ts
  }
  const place = ({ channelId, threadTs }: Target) => ({
    ts: world.clock.next(),
    channelId,
    ...(threadTs !== undefined && { threadTs: rootOf(channelId, threadTs) }),
  })
  const publish = (message: StoredMessage) => {
    world.record({ kind: 'posted', message })
    if (message.onlyFor === undefined) events.posted(message)
    return message
  }
  return {
    rootOf,
    say(target, personId, typed) {
      const account = getAccount(personId)
      const by = account.botId ? { botId: account.botId } : { clientMsgId: randomUUID() }
      return publish({ ...place(target), userId: personId, ...by, ...plain(toWireText(typed)) })
    },
    post: (target, content, { username, broadcast, stream } = {}) =>
      publish({
        ...place(target),
        ...authorOf(parleyAccount),
        ...content,
        ...(username && { username }),
        ...(broadcast && { broadcast }),
        ...(stream && { stream }),
      }),
    whisper: (target, onlyFor, content, author = parleyAccount) =>
      publish({ ...place(target), ...authorOf(author), ...content, onlyFor }),
    revise(message, content, editorId) {
      const { channelId, ts } = message
      const before = toWire(world, message)
      const edited = { userId: editorId, ts: world.clock.next() }
      world.record({ kind: 'revised', channelId, ts, revision: { ...content, edited } })
      const revised = world.findMessage(channelId, ts) ?? message
      if (message.onlyFor === undefined) events.changed(toWire(world, revised), before, channelId)
      return revised
    },
    remove(message) {
      const { channelId, ts } = message
      const before = toWire(world, message)
      world.record({ kind: 'removed', channelId, ts })
      if (message.onlyFor !== undefined) return
      // A root that still has replies stays as a tombstone, and Slack tells of a change, not of a deletion.
      const tombstone = world.findMessage(channelId, ts)
      if (tombstone) events.changed(toWire(world, tombstone), before, channelId)
      else events.deleted(before, channelId)
    },
  }
}

const authorOf = (account: Account) => ({
  userId: account.id,
  ...(account !== slackbot && account.botId && { botId: account.botId }),
})
