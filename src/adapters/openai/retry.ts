import { isRetryable, type ParleyError } from '../../core/errors.ts'

/** A turn is asked again by its job later; here only short hiccups are bridged. */
export const maxRetries = 2

/** A service that wants a longer pause than this is not waited for within a call. */
const maxRetryAfterMs = 20_000

const firstPauseMs = 500

/** The pause before trying again, with jitter; `undefined` when trying again is not for this call to do. */
export function pauseBeforeRetryMs(
  error: ParleyError,
  retriesMade: number,
  random: () => number,
): number | undefined {
  if (retriesMade >= maxRetries || !isRetryable(error) || error.code === 'internal') return undefined
  const askedMs = error.retryAfterMs ?? 0
  if (askedMs > maxRetryAfterMs) return undefined
  const backoffMs = firstPauseMs * 2 ** retriesMade
  return Math.max(askedMs, backoffMs / 2) + (random() * backoffMs) / 2
}

/** How long the other side asks to wait: OpenAI's `retry-after-ms`, else `Retry-After` in seconds or as a date. */
export function retryAfterMsOf(headers: Headers | undefined, nowMs: number): number | undefined {
  const exact = headers?.get('retry-after-ms')
  if (exact && Number(exact) >= 0) return Number(exact)
  const given = headers?.get('retry-after')
  if (!given) return undefined
  const ms = Number.isNaN(Number(given)) ? Date.parse(given) - nowMs : Number(given) * 1_000
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
