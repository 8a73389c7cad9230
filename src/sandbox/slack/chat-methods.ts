import { refuse } from './args.ts'
import { checkedMetadata, contentArgs, contentOf } from './content.ts'
import { channelArg, joinedChannelArg, messageArg, type Method } from './method.ts'
import { parleyAccount } from './places.ts'
import { checkedBlocks, mostMarkdown, mostUpdatedText } from './sizes.ts'
import { toWire } from './wire-message.ts'

const postMessage: Method = (args, workspace) => {
  const channel = joinedChannelArg(args, workspace)
  const content = contentOf(contentArgs(args))
  const threadTs = args.text('thread_ts') || undefined
  const message = workspace.talk.post({ channelId: channel.id, threadTs }, content, {
    username: args.text('username'),
    broadcast: threadTs !== undefined && args.flag('reply_broadcast'),
  })
  return { channel: channel.id, ts: message.ts, message: toWire(workspace.world, message, true) }
}

const postEphemeral: Method = (args, workspace) => {
  const channel = joinedChannelArg(args, workspace)
  const user = args.required('user')
  if (!workspace.world.members(channel.id).has(user)) refuse('user_not_in_channel')
  const target = { channelId: channel.id, threadTs: args.text('thread_ts') || undefined }
  const message = workspace.talk.whisper(target, user, contentOf(contentArgs(args)))
  return { message_ts: message.ts }
}

const update: Method = (args, workspace) => {
  const message = messageArg(args, workspace)
  if (message.userId !== parleyAccount.id) refuse('cant_update_message')
  // Recorded from the real Slack: a message cannot be updated while its stream is open.
  if (message.stream?.state === 'open') refuse('streaming_state_conflict')
  const { text, markdown, blocks, metadata } = contentArgs(args)
  if (markdown && (text || blocks?.length)) refuse('markdown_text_conflict')
  if (!text && !markdown && !blocks) refuse('no_text')
  if ((text ?? '').length > mostUpdatedText || (markdown ?? '').length > mostMarkdown) refuse('msg_too_long')
  // "If you don't include `blocks`, the message's previous blocks will be retained."
  const kept = markdown ? [] : message.blocks
  const tag = metadata ? checkedMetadata(metadata) : message.metadata
  const revised = workspace.talk.revise(
    message,
    {
      text: markdown || (text ?? message.text),
      dialect: markdown ? 'markdown' : 'mrkdwn',
      blocks: blocks ? checkedBlocks(blocks) : kept,
      ...(tag && { metadata: tag }),
    },
    parleyAccount.id,
  )
  const wire = toWire(workspace.world, revised, true)
  return { channel: revised.channelId, ts: revised.ts, text: revised.text, message: wire }
}

const remove: Method = (args, workspace) => {
  const message = messageArg(args, workspace)
  if (message.userId !== parleyAccount.id || message.stream?.state === 'open') refuse('cant_delete_message')
  workspace.talk.remove(message)
  return { channel: message.channelId, ts: message.ts }
}

const getPermalink: Method = (args, workspace) => {
  const channel = channelArg(args, workspace)
  const message =
    workspace.world.findMessage(channel.id, args.required('message_ts')) ?? refuse('message_not_found')
  const permalink = `https://acme.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`
  return { channel: channel.id, permalink }
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
}
