import { parley } from '../cast.ts'
import { type Args, refuse } from './args.ts'
import { checkedMetadata } from './content.ts'
import { sessionStatusOf } from './agent-methods.ts'
import { joinedChannelArg, messageArg, type Method } from './method.ts'
import { findAccount } from './places.ts'
import { checkedBlocks, checkedChunks } from './sizes.ts'
import { toWire } from './wire-message.ts'

const chunksOf = (args: Args) => checkedChunks(args.text('markdown_text'), args.list('chunks'))

const startStream: Method = (args, workspace) => {
  const channel = joinedChannelArg(args, workspace)
  const threadTs = args.required('thread_ts')
  if (channel.kind === 'channel') {
    const user = args.text('recipient_user_id') || refuse('missing_recipient_user_id')
    const team = args.text('recipient_team_id') || refuse('missing_recipient_team_id')
    if (!findAccount(user)) refuse('user_not_found')
    if (team !== parley.slack.teamId) refuse('team_not_found')
  }
  const mode = args.text('task_display_mode') ?? 'timeline'
  if (mode !== 'timeline' && mode !== 'plan') refuse('invalid_arguments', '[ERROR] invalid task_display_mode')
  const target = { channelId: channel.id, threadTs }
  const message = workspace.streams.start(target, chunksOf(args), args.text('username'))
  return { channel: channel.id, ts: message.ts }
}

const appendStream: Method = (args, workspace) => {
  const message = messageArg(args, workspace)
  if (!args.text('markdown_text') && args.list('chunks') === undefined) {
    refuse('invalid_arguments', '[ERROR] missing required field: markdown_text')
  }
  workspace.streams.append(message, chunksOf(args))
  return { channel: message.channelId, ts: message.ts }
}

const stopStream: Method = (args, workspace) => {
  const message = messageArg(args, workspace)
  const metadata = args.object('metadata')
  const finished = workspace.streams.finish(message, {
    chunks: chunksOf(args),
    blocks: checkedBlocks(args.list('blocks') ?? []),
    metadata: metadata && checkedMetadata(metadata),
    sessionStatus: sessionStatusOf(args.text('session_status') || 'active'),
  })
  const wire = toWire(workspace.world, finished, true)
  return { channel: finished.channelId, ts: finished.ts, message: wire }
}

export const streamMethods: Readonly<Record<string, Method>> = {
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
}
