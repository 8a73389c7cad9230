import type { Usage } from './usage.ts'
import type { ThreadRef } from './thread.ts'

/** What a Turn is expected to consume, and who asks for it, where. */
export interface QuotaClaim {
  readonly turnId: string
  readonly askerId: string
  readonly thread: ThreadRef
  readonly model: string
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number }
}

/** What is held against every Quota on the path while a Turn runs. */
export interface Reservation {
  readonly turnId: string
}

export type Reserved =
  | { readonly granted: true; readonly reservation: Reservation }
  | { readonly granted: false; readonly limit: string; readonly resetsAtMs: number }

/**
 * The tree of Quotas. A Turn has at most one open Reservation: reserving again for a Turn that was taken over
 * gives the one it had. `settle` and `release` are idempotent, and take part in the caller's transaction.
 */
export interface Quotas {
  reserve(claim: QuotaClaim): Promise<Reserved>
  /** Ends the Reservation with what was really used. */
  settle(reservation: Reservation, usage: Usage): Promise<void>
  /** Ends it with nothing used: no model was reached. */
  release(reservation: Reservation): Promise<void>
}

/** Everything is granted; what was used is on record in the ModelCalls. */
export const unlimitedQuotas: Quotas = {
  reserve: claim => Promise.resolve({ granted: true, reservation: { turnId: claim.turnId } }),
  settle: () => Promise.resolve(),
  release: () => Promise.resolve(),
}
