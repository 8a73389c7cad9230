import type { PastMessage } from '../../core/platform.ts'
import type { Dialogue } from '../../core/dialogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { SlackApi } from './client.ts'
import type { Installation } from './installation.ts'
import { historyPage, maxHistoryPages } from './limits.ts'
import { parsePastMessage } from './parse-message.ts'
import { isCommandThread } from './parse-action.ts'

/** What was said in a thread before `beforeRef`, oldest first, the newest `limit` of it. */
export async function readThread(
  { slack, installation }: { readonly slack: SlackApi; readonly installation: Installation },
  { thread }: Dialogue,
  beforeRef: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly PastMessage[]> {
  // A thread that its command has not opened yet has no past.
  if (isCommandThread(thread.threadId)) return []
  const found = new Map<string, PastMessage>()
  let cursor = ''
  for (let page = 0; page < maxHistoryPages; page++) {
    if (signal.aborted) throw new ParleyError('platform_unavailable', 'Reading the thread was given up.')
    const answer = await slack.call('conversations.replies', web =>
      web.conversations.replies({
        channel: thread.channelId,
        ts: thread.threadId,
        latest: beforeRef,
        limit: historyPage,
        ...(cursor === '' ? {} : { cursor }),
      }),
    )
    for (const raw of answer.messages ?? []) {
      const past = parsePastMessage(raw, installation)
      // The thread's root leads every page, whatever the bounds.
      if (past && Number(past.ref) < Number(beforeRef)) found.set(past.ref, past)
    }
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return [...found.values()].toSorted((a, b) => Number(a.ref) - Number(b.ref)).slice(-limit)
}
