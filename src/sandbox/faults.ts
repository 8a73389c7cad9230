/**
 * Faults a test or the sandbox page asks a stand-in to commit, each used up by the calls it hits.
 * `method` is the platform's own name of the call: `chat.postMessage`, `POST /channels/:id/messages`.
 */
export type Fault = {
  readonly method: string
  /** How many of the next calls are hit; 1 unless told. */
  readonly times?: number
  /** Hits each call with this probability instead of always, drawn from the stand-in's own seeded source. */
  readonly probability?: number
} & (
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** An HTTP 5xx; `afterCommit` does the work first, so that the caller cannot know. */
  | { readonly kind: 'server-error'; readonly status?: number; readonly afterCommit?: boolean }
  /** The connection is cut without an answer; `afterCommit` as above. */
  | { readonly kind: 'cut'; readonly afterCommit?: boolean }
  /** The answer comes this much later. */
  | { readonly kind: 'slow'; readonly delayMs: number; readonly afterCommit?: boolean }
  /** The platform's own refusal, by its code: `not_in_channel`, `50013`. */
  | { readonly kind: 'refused'; readonly code: string }
)

export interface Faults {
  plan(fault: Fault): void
  /** The fault that hits this call, now used up by one; undefined when the call is spared. */
  strike(method: string): Fault | undefined
  clear(): void
}

/** `random` returns numbers in [0, 1): pass a seeded source for a run that can be repeated. */
export function createFaults(random: () => number = Math.random): Faults {
  let planned: { fault: Fault; left: number }[] = []
  return {
    plan: fault => void planned.push({ fault, left: fault.times ?? 1 }),
    clear: () => void (planned = []),
    strike(method) {
      const hit = planned.find(
        ({ fault, left }) =>
          left > 0 &&
          fault.method === method &&
          (fault.probability === undefined || random() < fault.probability),
      )
      if (!hit) return undefined
      hit.left -= 1
      return hit.fault
    },
  }
}
