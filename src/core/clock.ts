/** Time as core sees it. Only main (and tests) make one. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
