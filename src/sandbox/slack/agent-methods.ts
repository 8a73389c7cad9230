import { type Args, refuse } from './args.ts'
import { type SessionStatus, sessionStatuses } from './entry.ts'
import { joinedChannelArg, type Method, type Workspace } from './method.ts'

export const sessionStatusOf = (text: string): SessionStatus =>
  sessionStatuses.find(status => status === text) ?? refuse('invalid_arguments', '[ERROR] invalid status')

const mostPrompts = 4
const mostLoadingMessages = 10
const mostTitle = 200

function threadArgs(args: Args, workspace: Workspace) {
  const channel = joinedChannelArg(args, workspace, 'channel_id')
  return { channelId: channel.id, threadTs: workspace.talk.rootOf(channel.id, args.required('thread_ts')) }
}

const setThreadStatus: Method = (args, workspace) => {
  const thread = threadArgs(args, workspace)
  const text = args.text('status') ?? refuse('invalid_arguments', '[ERROR] missing required field: status')
  const loading = args.strings('loading_messages') ?? []
  if (loading.length > mostLoadingMessages) refuse('invalid_arguments', '[ERROR] too many loading_messages')
  workspace.world.record({ kind: 'status', status: { ...thread, text, atMs: workspace.world.now() } })
  return {}
}

const setTitle: Method = (args, workspace) => {
  const { channelId, threadTs } = threadArgs(args, workspace)
  rename(workspace, channelId, threadTs, args.required('title'))
  return {}
}

const setSuggestedPrompts: Method = (args, workspace) => {
  const channel = joinedChannelArg(args, workspace, 'channel_id')
  const prompts =
    args.list('prompts') ?? refuse('invalid_arguments', '[ERROR] missing required field: prompts')
  if (prompts.length > mostPrompts) refuse('too_many_prompts')
  workspace.world.record({ kind: 'prompts', channelId: channel.id, prompts })
  return {}
}

const setSessionStatus: Method = (args, workspace) => {
  const { channelId, threadTs } = threadArgs(args, workspace)
  const status = sessionStatusOf(args.required('status'))
  const title = args.text('title')
  if (title && title.length > mostTitle) refuse('invalid_arguments', '[ERROR] title is too long')
  workspace.streams.setSession(channelId, threadTs, status, title)
  return { status, title: workspace.world.findSession(channelId, threadTs)?.title ?? '' }
}

const renameSession: Method = (args, workspace) => {
  const { channelId, threadTs } = threadArgs(args, workspace)
  const title = args.required('title')
  if (title.length > mostTitle) refuse('invalid_arguments', '[ERROR] title is too long')
  if (!workspace.world.findSession(channelId, threadTs)) refuse('session_not_found')
  rename(workspace, channelId, threadTs, title)
  return { title }
}

function rename({ world }: Workspace, channelId: string, threadTs: string, title: string): void {
  const status = world.findSession(channelId, threadTs)?.status ?? 'active'
  world.record({ kind: 'session', session: { channelId, threadTs, status, title } })
}

export const agentMethods: Readonly<Record<string, Method>> = {
  'assistant.threads.setStatus': setThreadStatus,
  'assistant.threads.setTitle': setTitle,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'agents.sessions.setStatus': setSessionStatus,
  'agents.sessions.rename': renameSession,
}
