import { type Args, type Fields, refuse } from './args.ts'
import type { StoredMessage } from './message.ts'
import { parleyAccount, type SlackChannel, slackChannels } from './places.ts'
import type { Sockets } from './sockets.ts'
import type { Streams } from './streams.ts'
import type { Talk } from './talk.ts'
import type { World } from './world.ts'

/** What the methods of the Web API work on. */
export interface Workspace {
  readonly world: World
  readonly talk: Talk
  readonly streams: Streams
  readonly sockets: Sockets
}

/** One method: its arguments to its answer without `ok`; a SlackRefusal thrown is its `{ok: false}`. */
export type Method = (args: Args, workspace: Workspace, call: Call) => Fields

export interface Call {
  /** Host and port as the caller named them. */
  readonly host: string
}

/** A private channel does not exist for who is not in it. */
export function isSeen({ id, secret }: SlackChannel, world: World): boolean {
  return !secret || world.members(id).has(parleyAccount.id)
}

/** The conversation an argument names: by id, by `#name`, or by a person's id for their direct messages. */
export function channelArg(args: Args, { world }: Workspace, name = 'channel'): SlackChannel {
  const given = args.required(name)
  const direct = world.findChannel(`D${given.slice(1)}`)
  if (given.startsWith('U') && direct) return direct
  const named = slackChannels.find(({ kind, name: known }) => kind === 'channel' && `#${known}` === given)
  const channel = named ?? world.findChannel(given)
  if (!channel || !isSeen(channel, world)) return refuse('channel_not_found')
  return channel
}

/** The same, where Parley has to be a member. */
export function joinedChannelArg(args: Args, workspace: Workspace, name = 'channel'): SlackChannel {
  const channel = channelArg(args, workspace, name)
  if (!workspace.world.members(channel.id).has(parleyAccount.id)) refuse('not_in_channel')
  return channel
}

export function messageArg(args: Args, workspace: Workspace): StoredMessage {
  const channel = joinedChannelArg(args, workspace)
  const message = workspace.world.findMessage(channel.id, args.required('ts'))
  return !message || message.onlyFor !== undefined || message.tombstone
    ? refuse('message_not_found')
    : message
}
