import { sentences } from '../../core/catalogue.ts'
import type { Log } from '../../core/log.ts'
import type { SlackApi } from './client.ts'
import { toSlackError } from './errors.ts'
import type { Paces } from './pace.ts'

/** The thread's own sign that an answer is on its way. Best effort: nothing waits for it, a failure is for the log. */
export interface ThreadStatus {
  /** "is thinking…", and Slack's own Stop button. `shown` tells whether text came first in the meantime. */
  thinking(shown: () => boolean): void
  /** Nothing is being written any more. Slack clears the line itself where a message `shown` came after it. */
  over(shown: boolean): void
}

/** Where there is no thread to say it in. */
export const noStatus: ThreadStatus = { thinking() {}, over() {} }

export function createThreadStatus(
  deps: { readonly slack: SlackApi; readonly paces: Paces; readonly log: Log },
  place: {
    readonly channelId: string
    readonly threadTs: string
    readonly askerId: string
    /** Something of the answer stood there already: no new message may come that clears the line. */
    readonly goesOn: boolean
  },
): ThreadStatus {
  const { slack, paces, log } = deps
  const thread = { channel_id: place.channelId, thread_ts: place.threadTs }
  // One after the other, so that an early word never overtakes a late one.
  let sessionCalls: Promise<void> = Promise.resolve()
  let lineCalls: Promise<void> = Promise.resolve()
  let thinking = false

  async function tell(method: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
    } catch (thrown) {
      const error = toSlackError(method, thrown)
      log.debug({ method, error, reason: error.slackCode ?? error.outcome }, 'a thread’s status was not set')
    }
  }

  function setLine(status: string): Promise<void> {
    const method = 'assistant.threads.setStatus'
    lineCalls = lineCalls.then(() =>
      tell(method, () => slack.call(method, web => web.assistant.threads.setStatus({ ...thread, status }))),
    )
    return lineCalls
  }

  function setSession(status: 'processing' | 'active'): void {
    const method = 'agents.sessions.setStatus'
    const pace = paces.of(method, place.channelId)
    sessionCalls = sessionCalls.then(async () => {
      // The end of a session is worth waiting for; its beginning is not.
      if (status === 'active' ? !(await pace.take()) : !pace.tryTake()) return
      await tell(method, () =>
        slack.call(method, web =>
          web.agents.sessions.setStatus({ ...thread, status, initiator_user_id: place.askerId }),
        ),
      )
    })
  }

  return {
    thinking(shown) {
      if (thinking) return
      thinking = true
      setSession('processing')
      // Slack clears the line at the next message; one that was faster than it leaves it standing.
      void setLine(sentences.thinking).then(() => (shown() ? setLine('') : undefined))
    },
    over(shown) {
      // A process that died may have left the line standing.
      if (!shown || place.goesOn) void setLine('')
      thinking = false
      setSession('active')
    },
  }
}
