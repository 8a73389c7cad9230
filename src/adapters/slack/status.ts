import { sentences } from '../../core/catalogue.ts'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import type { SlackApi } from './client.ts'
import { toSlackError } from './errors.ts'
import type { Paces } from './pace.ts'

/** The thread's own sign that an answer is on its way. Best effort: a failure is for the log. */
export interface ThreadStatus {
  /** "is thinking…", and Slack's own Stop button. `shown` tells whether text came first in the meantime. */
  thinking(shown: () => boolean): void
  /**
   * Nothing is being written any more. Slack clears the line itself where a message `shown` came after it; elsewhere
   * this resolves once it is cleared, or Slack would not after a few tries. Never rejects.
   */
  over(shown: boolean): Promise<void>
}

/** Where there is no thread to say it in. */
export const noStatus: ThreadStatus = { thinking() {}, over: () => Promise.resolve() }

/** Nobody else clears a line that was left standing. */
const clearTries = 4
const firstPauseMs = 500

export function createThreadStatus(
  deps: { readonly slack: SlackApi; readonly paces: Paces; readonly clock: Clock; readonly log: Log },
  place: {
    readonly channelId: string
    readonly threadTs: string
    readonly askerId: string
    /** Something of the answer stood there already: no new message may come that clears the line. */
    readonly goesOn: boolean
  },
): ThreadStatus {
  const { slack, paces, clock, log } = deps
  const thread = { channel_id: place.channelId, thread_ts: place.threadTs }
  // One after the other, so that an early word never overtakes a late one.
  let sessionCalls: Promise<void> = Promise.resolve()
  let lineCalls: Promise<boolean> = Promise.resolve(true)
  let thinking = false

  /** False when it may be worth trying again. */
  async function tell(method: string, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run()
      return true
    } catch (thrown) {
      const error = toSlackError(method, thrown)
      log.debug({ method, error, reason: error.slackCode ?? error.outcome }, 'a thread’s status was not set')
      return error.code !== 'platform_unavailable'
    }
  }

  function setLine(status: string): Promise<boolean> {
    const method = 'assistant.threads.setStatus'
    lineCalls = lineCalls.then(() =>
      tell(method, () => slack.call(method, web => web.assistant.threads.setStatus({ ...thread, status }))),
    )
    return lineCalls
  }

  async function clearLine(): Promise<void> {
    for (let tries = 1; !(await setLine('')) && tries < clearTries; tries += 1)
      await clock.sleep(firstPauseMs * 2 ** (tries - 1))
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
      void setLine(sentences.thinking).then(() => (shown() ? clearLine() : undefined))
    },
    over(shown) {
      thinking = false
      setSession('active')
      // A process that died may have left the line standing.
      return shown && !place.goesOn ? Promise.resolve() : clearLine()
    },
  }
}
