import { parley } from '../cast.ts'
import { type Args, type Fields, refuse } from './args.ts'
import type { StoredMessage } from './message.ts'
import { channelArg, isSeen, joinedChannelArg, type Method, messageArg, type Workspace } from './method.ts'
import { findAccount, parleyAccount, type SlackChannel, slackChannels } from './places.ts'
import { toWire } from './wire-message.ts'

const describe = (channel: SlackChannel, { world }: Workspace): Fields =>
  channel.kind === 'direct'
    ? { id: channel.id, is_im: true, is_channel: false, user: channel.personId, is_org_shared: false }
    : {
        id: channel.id,
        name: channel.name,
        name_normalized: channel.name,
        is_channel: !channel.secret,
        is_group: channel.secret === true,
        is_im: false,
        is_mpim: false,
        is_private: channel.secret === true,
        is_archived: world.isArchived(channel.id),
        is_ext_shared: false,
        is_member: world.members(channel.id).has(parleyAccount.id),
        context_team_id: parley.slack.teamId,
        creator: 'U0ADA',
        topic: { value: '', creator: '', last_set: 0 },
        purpose: { value: '', creator: '', last_set: 0 },
      }

const info: Method = (args, workspace) => {
  const channel = channelArg(args, workspace)
  const count = args.flag('include_num_members') && { num_members: workspace.world.members(channel.id).size }
  return { channel: { ...describe(channel, workspace), ...count } }
}

/** One page of a list. A cursor holds the offset of the next, spelled as Slack spells its own. */
function page<Item>(items: readonly Item[], args: Args, fallback: number) {
  const limit = args.count('limit', fallback, 999)
  const cursor = args.text('cursor') ?? ''
  const decoded = Buffer.from(cursor, 'base64').toString()
  if (cursor !== '' && !/^next:\d+$/.test(decoded)) refuse('invalid_cursor')
  const from = Number(decoded.slice('next:'.length))
  const more = items.length > from + limit
  const next = more ? Buffer.from(`next:${from + limit}`).toString('base64') : ''
  return { items: items.slice(from, from + limit), more, response_metadata: { next_cursor: next } }
}

/** Between `oldest` and `latest`, both left out unless `inclusive`. */
function within(args: Args): (message: StoredMessage) => boolean {
  const oldest = Number(args.text('oldest') || 0)
  const latest = Number(args.text('latest') || Number.POSITIVE_INFINITY)
  const inclusive = args.flag('inclusive')
  return ({ ts }) => {
    const at = Number(ts)
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest))
  }
}

const history: Method = (args, workspace) => {
  const channel = joinedChannelArg(args, workspace)
  const shown = workspace.world
    .messages(channel.id)
    .filter(
      ({ onlyFor, threadTs, broadcast }) => onlyFor === undefined && (threadTs === undefined || broadcast),
    )
    .filter(within(args))
    .toReversed()
  const { items, more, response_metadata } = page(shown, args, 100)
  const wire = items.map(message => toWire(workspace.world, message, args.flag('include_all_metadata')))
  return { messages: wire, has_more: more, pin_count: 0, response_metadata }
}

/** Oldest first; the root leads every page, whatever the bounds, as exporters of real threads find it. */
const replies: Method = (args, workspace) => {
  const { world, talk } = workspace
  const channel = joinedChannelArg(args, workspace)
  const root = talk.rootOf(channel.id, args.required('ts'))
  const shown = world
    .replies(channel.id, root)
    .filter(message => message.onlyFor === undefined)
    .filter(within(args))
  const { items, more, response_metadata } = page(shown, args, 999)
  const wire = [world.findMessage(channel.id, root), ...items].flatMap(message =>
    message ? [toWire(world, message, args.flag('include_all_metadata'))] : [],
  )
  return { messages: wire, has_more: more, response_metadata }
}

const members: Method = (args, workspace) => {
  const channel = channelArg(args, workspace)
  const { items, response_metadata } = page([...workspace.world.members(channel.id)], args, 100)
  return { members: items, response_metadata }
}

const open: Method = (args, workspace) => {
  const named = args.text('channel') || args.text('users') || refuse('users_list_not_supplied')
  if (named.includes(','))
    refuse('method_not_supported_for_channel_type', '[ERROR] no group direct messages here')
  const channel = workspace.world.findChannel(named.startsWith('U') ? `D${named.slice(1)}` : named)
  if (channel?.kind !== 'direct')
    return refuse(named.startsWith('U') ? 'user_not_found' : 'channel_not_found')
  return { channel: args.flag('return_im') ? describe(channel, workspace) : { id: channel.id } }
}

const typeOf = ({ kind, secret }: SlackChannel) =>
  kind === 'direct' ? 'im' : secret ? 'private_channel' : 'public_channel'

/** What Parley sees, or of that what the named member is in. */
const listed = (args: Args, workspace: Workspace, memberId: string | undefined) => {
  const { world } = workspace
  const types = (args.text('types') || 'public_channel').split(',')
  const wanted = slackChannels
    .filter(channel => types.includes(typeOf(channel)) && isSeen(channel, world))
    .filter(({ id }) => memberId === undefined || world.members(id).has(memberId))
    .filter(({ id }) => !args.flag('exclude_archived') || !world.isArchived(id))
  const { items, response_metadata } = page(wanted, args, 100)
  return { channels: items.map(channel => describe(channel, workspace)), response_metadata }
}

/** Documented: of another person only those private channels are listed that the caller is in too. */
const conversationsOf: Method = (args, workspace) => {
  const userId = args.text('user') || parleyAccount.id
  if (!findAccount(userId)) refuse('user_not_found')
  return listed(args, workspace, userId)
}

const addReaction: Method = (args, workspace) => {
  const named = { ...args, required: (name: string) => args.required(name === 'ts' ? 'timestamp' : name) }
  const { channelId, ts, reactions = [] } = messageArg(named, workspace)
  const name = args.required('name')
  if (reactions.some(had => had.name === name && had.userId === parleyAccount.id)) refuse('already_reacted')
  workspace.world.record({ kind: 'reacted', channelId, ts, name, userId: parleyAccount.id })
  return {}
}

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.info': info,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.list': (args, workspace) => listed(args, workspace, undefined),
  'users.conversations': conversationsOf,
  'reactions.add': addReaction,
}
