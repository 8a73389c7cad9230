import type { Clock } from '../core/clock.ts'
import { toParleyError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Signals } from '../core/store.ts'
import type { SignedIn } from './context.ts'
import type { Person } from './standing.ts'

/** Who holds a session, for connections that stay open longer than a request. */
export interface OpenSessions {
  /** Who holds this access token; undefined when it is worth nothing. */
  authenticate(
    accessToken: string,
  ): Promise<Pick<SignedIn, 'member' | 'viewer' | 'sessionId' | 'scopes'> | undefined>
  /** Whose session this is, as they are now; undefined once it is over. */
  find(sessionId: string): Promise<Person | undefined>
}

export interface SessionWatchDependencies {
  readonly sessions: OpenSessions
  readonly signals: Signals
  readonly clock: Clock
  readonly log: Log
}

/** Rights may change without a word to this process: they are looked at this often. */
const lookEveryMs = 30_000

/**
 * Looks after the session of an open connection: at once when it is told to have ended, and every half minute. `goesOn`
 * is told who it is now, after each look; `ended` is told once. Returns how to stop.
 */
export function watchSession(
  { sessions, signals, clock, log }: SessionWatchDependencies,
  sessionId: string,
  told: { ended(): void; goesOn(person: Person): Promise<void> },
): () => void {
  const over = new AbortController()
  let wake = new AbortController()
  const unlisten = signals.listen(signal => {
    if (signal.type === 'session' && signal.sessionId === sessionId) wake.abort()
  })
  const stop = () => {
    unlisten()
    over.abort()
    wake.abort()
  }
  const look = async () => {
    while (!over.signal.aborted) {
      await clock.sleep(lookEveryMs, wake.signal)
      if (over.signal.aborted) return
      wake = new AbortController()
      try {
        const person = await sessions.find(sessionId)
        if (over.signal.aborted) return
        if (person) {
          await told.goesOn(person)
          continue
        }
        stop()
        told.ended()
      } catch (thrown) {
        log.warn({ component: 'web', error: toParleyError(thrown) }, 'a session could not be looked at')
      }
    }
  }
  void look()
  return stop
}
