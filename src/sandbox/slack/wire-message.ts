import { parley } from '../cast.ts'
import type { StoredMessage } from './message.ts'
import { type Account, findAccount } from './places.ts'
import type { World } from './world.ts'

/** A message as Slack's API and events show it. */
export type WireMessage = Readonly<Record<string, unknown>>

export function toWire(world: World, message: StoredMessage, withMetadata = false): WireMessage {
  return {
    type: 'message',
    user: message.userId,
    ts: message.ts,
    text: message.text,
    team: parley.slack.teamId,
    ...(message.tombstone && { subtype: 'tombstone', hidden: true }),
    ...(message.broadcast && { subtype: 'thread_broadcast' }),
    ...(message.clientMsgId && { client_msg_id: message.clientMsgId }),
    ...botFields(message),
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...streamFields(message),
    ...threadFields(world, message),
    ...(message.edited && { edited: { user: message.edited.userId, ts: message.edited.ts } }),
    ...(message.reactions && { reactions: reactionsOf(message) }),
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
  }
}

function botFields(message: StoredMessage) {
  if (message.botId === undefined || message.tombstone) return {}
  const account = findAccount(message.userId)
  return {
    bot_id: message.botId,
    app_id: account?.appId,
    ...(message.username && { username: message.username }),
    ...(account && { bot_profile: botProfile(account) }),
  }
}

const botProfile = (account: Account) => ({
  id: account.botId,
  deleted: false,
  name: account.name,
  updated: 1_732_182_000,
  app_id: account.appId,
  user_id: account.id,
  icons: {},
  team_id: parley.slack.teamId,
})

const streamingStates = {
  open: 'in_progress',
  completed: 'completed',
  stopped: 'completed',
  expired: 'errored',
} as const

const streamFields = ({ stream }: StoredMessage) =>
  stream ? { streaming_state: streamingStates[stream.state] } : {}

function threadFields(world: World, { channelId, ts, threadTs }: StoredMessage) {
  if (threadTs !== undefined) {
    return { thread_ts: threadTs, parent_user_id: world.findMessage(channelId, threadTs)?.userId }
  }
  const replies = world.replies(channelId, ts).filter(reply => reply.onlyFor === undefined)
  if (replies.length === 0) return {}
  const users = [...new Set(replies.map(reply => reply.userId))]
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: replies.at(-1)?.ts,
    is_locked: false,
    subscribed: false,
  }
}

function reactionsOf({ reactions = [] }: StoredMessage) {
  const names = [...new Set(reactions.map(({ name }) => name))]
  return names.map(name => {
    const users = reactions.filter(reaction => reaction.name === name).map(({ userId }) => userId)
    return { name, users, count: users.length }
  })
}
