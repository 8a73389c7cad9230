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
   * Nothing is being written any more. Slack clears the line itself where a message `shown` came after it, and ends the
   * session with the stream unless that is `leftSession`. Resolves once Slack knows, or would not hear of it after a few
   * tries, or `signal` aborts: what is told after the Turn's end is lost with its process. Never rejects.
   */
  over(how: { readonly shown: boolean; readonly leftSession: boolean }, signal: AbortSignal): Promise<void>
}

/** Where there is no thread to say it in. */
export const noStatus: ThreadStatus = { thinking() {}, over: () => Promise.resolve() }

const endTries = 4
const firstPauseMs = 500

export function createThreadStatus(
  deps: { readonly slack: SlackApi; readonly paces: Paces; readonly clock: Clock; readonly log: Log },
  place: {
    readonly channelId: string
    readonly threadTs: string
    readonly askerId: string
    /** Somebody was at this answer before: what they said of the thread may stand, and no new message may clear it. */
    readonly goesOn: boolean
  },
): ThreadStatus {
  const { slack, paces, clock, log } = deps
  const thread = { channel_id: place.channelId, thread_ts: place.threadTs }
  // One after the other, so that an early word never overtakes a late one.
  let sessionCalls: Promise<boolean> = Promise.resolve(true)
  let lineCalls: Promise<boolean> = Promise.resolve(true)
  let thinking = false
  let isSaid = false

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

  async function untilTold(run: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
    for (let tries = 1; !signal?.aborted && !(await run()) && tries < endTries; tries += 1)
      await clock.sleep(firstPauseMs * 2 ** (tries - 1), signal)
  }

  const clearLine = (signal?: AbortSignal) => untilTold(() => setLine(''), signal)

  function setSession(status: 'processing' | 'active'): Promise<boolean> {
    const method = 'agents.sessions.setStatus'
    sessionCalls = sessionCalls.then(() =>
      tell(method, () =>
        slack.call(method, web =>
          web.agents.sessions.setStatus({ ...thread, status, initiator_user_id: place.askerId }),
        ),
      ),
    )
    return sessionCalls
  }

  const endSession = (signal: AbortSignal) => untilTold(() => setSession('active'), signal)

  async function sessionOver(isLeft: boolean, signal: AbortSignal): Promise<void> {
    const pace = paces.of('agents.sessions.setStatus', place.channelId)
    if (isSaid || isLeft ? await pace.take({ urgent: true, signal }) : pace.tryTake())
      await endSession(signal)
  }

  return {
    thinking(shown) {
      if (thinking) return
      thinking = true
      if (paces.of('agents.sessions.setStatus processing', place.channelId).tryTake()) {
        isSaid = true
        void setSession('processing')
      }
      // Slack clears the line at the next message; one that was faster than it leaves it standing.
      void setLine(sentences.thinking).then(() => (shown() ? clearLine() : undefined))
    },
    async over({ shown, leftSession }, signal) {
      thinking = false
      const isLeft = !shown || place.goesOn
      await Promise.all([sessionOver(isLeft || leftSession, signal), isLeft ? clearLine(signal) : undefined])
    },
  }
}
