import type { ThreadRef } from '../../core/thread.ts'
import type { Installation } from './installation.ts'
import { isCommandThread } from './parse-action.ts'

/** Where Slack sends on to the reader's own workspace. */
const anyWorkspace = 'https://slack.com/'

/** The link to a thread, or to a message in it; undefined while the thread has no message yet. */
export function messageUrl(
  installation: Installation | undefined,
  { channelId, threadId }: ThreadRef,
  ref: string = threadId,
): string | undefined {
  const inChannel = threadId === channelId
  const at = /^\d+\.\d+$/.test(ref) ? ref : threadId
  if (isCommandThread(threadId) || !/^\d+\.\d+$/.test(at)) return undefined
  const url = new URL(
    `archives/${encodeURIComponent(channelId)}/p${at.replace('.', '')}`,
    webAddress(installation?.url) ?? anyWorkspace,
  )
  if (at !== threadId && !inChannel) {
    url.searchParams.set('thread_ts', threadId)
    url.searchParams.set('cid', channelId)
  }
  return url.href
}

function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:\/\//.test(url) && URL.canParse(url) ? url : undefined
}
