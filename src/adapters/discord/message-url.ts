import type { ThreadRef } from '../../core/thread.ts'
import { directWorkspace } from './parse.ts'

const isId = (text: string) => /^\d{1,20}$/.test(text)

/**
 * The link to a thread, or to a message in it. A thread opened on a message has that message's id, and the message
 * itself stands in the channel.
 */
export function messageUrl(
  { workspaceId, channelId, threadId }: ThreadRef,
  ref?: string,
): string | undefined {
  if (![channelId, threadId].every(isId)) return undefined
  if (workspaceId !== directWorkspace && !isId(workspaceId)) return undefined
  const at = ref !== undefined && isId(ref) ? ref : undefined
  const parts = at === undefined ? [threadId] : at === threadId ? [channelId, at] : [threadId, at]
  return ['https://discord.com/channels', workspaceId, ...parts].join('/')
}
