import type { Fields } from './args.ts'
import type { Envelope } from './entry.ts'
import type { FailureReason } from './signed-post.ts'

/** One attempt to deliver, and what became of it. */
export interface Attempt {
  readonly envelopeId: string
  readonly type: Envelope['type'] | 'url_verification'
  readonly payload: Fields
  /** 0 for the first, then the number of the retry. */
  readonly retryNum: number
  readonly via: 'socket' | 'http' | 'nowhere'
  readonly atMs: number
  readonly outcome: 'waiting' | 'acked' | FailureReason
}

export interface AttemptLog {
  readonly attempts: readonly Attempt[]
  /** Returns how to write down its outcome. */
  begin(attempt: Omit<Attempt, 'outcome'>): (outcome: Attempt['outcome']) => void
}

/** Old attempts are forgotten beyond this, so that a sandbox left open for days stays small. */
const keptAttempts = 10_000

export function createAttemptLog(): AttemptLog {
  const attempts: Attempt[] = []
  return {
    attempts,
    begin(begun) {
      const attempt: Attempt = { ...begun, outcome: 'waiting' }
      attempts.push(attempt)
      if (attempts.length > keptAttempts) attempts.shift()
      return outcome => {
        const at = attempts.indexOf(attempt)
        if (at >= 0) attempts[at] = { ...attempt, outcome }
      }
    },
  }
}
