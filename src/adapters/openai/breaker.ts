import type { Clock } from '../../core/clock.ts'
import type { ErrorCode, ParleyError } from '../../core/errors.ts'
import type { ProviderHealth } from '../../core/provider.ts'

/** Failures in a row until others are asked first. */
const patience = 3

/** The first rest; each further failure doubles it. */
const firstRestMs = 15_000
const longestRestMs = 5 * 60_000

/** What tells nothing of a provider, only of what was asked of it. */
const ofTheRequest: ReadonlySet<ErrorCode> = new Set([
  'context_overflow',
  'content_filtered',
  'model_refused',
  'model_not_found',
  'aborted',
])

/** How one provider does, and whether it is worth asking before others. */
export interface Breaker {
  succeeded(): void
  failed(error: ParleyError): void
  rests(): boolean
  health(providerId: string): ProviderHealth
}

export function createBreaker({ nowMs }: Pick<Clock, 'nowMs'>): Breaker {
  let state: ProviderHealth['state'] = 'unknown'
  let failures = 0
  let last: { readonly atMs: number; readonly error: ErrorCode } | undefined
  let restsUntilMs = 0
  return {
    succeeded() {
      state = 'good'
      failures = 0
      restsUntilMs = 0
    },
    failed({ code, retryAfterMs = 0 }) {
      if (ofTheRequest.has(code)) return
      state = 'failing'
      failures += 1
      last = { atMs: nowMs(), error: code }
      const backoffMs = failures < patience ? 0 : firstRestMs * 2 ** (failures - patience)
      restsUntilMs = nowMs() + Math.min(longestRestMs, Math.max(backoffMs, retryAfterMs))
    },
    rests: () => restsUntilMs > nowMs(),
    health: providerId => ({
      providerId,
      state,
      ...(last ? { failedAtMs: last.atMs, error: last.error } : {}),
      ...(restsUntilMs > nowMs() ? { restsUntilMs } : {}),
    }),
  }
}
