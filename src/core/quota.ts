import type { ThreadRef } from './thread.ts'
import type { Usage } from './usage.ts'
import type { Workspace } from './workspace.ts'

export const quotaScopes = ['workspace', 'channel', 'member'] as const
export type QuotaScope = (typeof quotaScopes)[number]

export const quotaUnits = ['requests', 'tokens', 'costMicros'] as const
export type QuotaUnit = (typeof quotaUnits)[number]

export const quotaPeriods = ['day', 'month'] as const
export type QuotaPeriod = (typeof quotaPeriods)[number]

/** A limit that somebody set. Of those that set the same for one subject the most specific holds. */
export interface QuotaRule {
  readonly id: string
  /** Absent for a rule of the whole installation. */
  readonly workspace?: Workspace
  readonly scope: QuotaScope
  /** A workspace's, channel's or Member's id, an unlinked Identity's, or `*`: the default for each of them. */
  readonly subject: string
  /** Holds only for people of this role there, such as `slack:admin` or `discord:ROLE_ID`. */
  readonly role?: string
  readonly unit: QuotaUnit
  readonly period: QuotaPeriod
  /** Whole requests, tokens or millionths of a dollar. */
  readonly limit: number
  /** Warned of, not refused. */
  readonly soft: boolean
  /** The Agent that answers once a soft limit is reached. */
  readonly stepDownTo?: string
}

/** What is about to be consumed, by whom, where. */
export interface QuotaClaim {
  /** One per Turn, or per relayed request: asking twice holds once. */
  readonly reservationId: string
  readonly askerId: string
  readonly thread: Pick<ThreadRef, 'platform' | 'workspaceId' | 'channelId'>
  /** What the platform calls the asker there; rules with a `role` hold for these. */
  readonly roles?: readonly string[]
  readonly model: string
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number }
  readonly atMs: number
}

/** What is held against every Quota on the path while a Turn runs. */
export interface Reservation {
  readonly id: string
}

/** How one Quota on a path stands. */
export interface QuotaStanding {
  readonly rule: QuotaRule
  readonly used: number
  readonly held: number
  /** When its period ends. */
  readonly resetsAtMs: number
}

export type Reserved =
  | {
      readonly granted: true
      readonly reservation: Reservation
      /** At 80 % or more, or beyond a soft limit. */
      readonly warnings: readonly QuotaStanding[]
    }
  | { readonly granted: false; readonly refusedBy: QuotaStanding }

/**
 * The tree of Quotas. `reserve` holds the claim on every level or on none, in one transaction of its own or the
 * caller's; for an id that holds already it gives what was held. `settle` and `release` are idempotent, and take part
 * in the caller's transaction.
 */
export interface Quotas {
  reserve(claim: QuotaClaim): Promise<Reserved>
  /** Ends the Reservation with what was really used, request by request. */
  settle(reservation: Reservation, usage: Usage): Promise<void>
  /** Ends it with nothing used: no model was reached. */
  release(reservation: Reservation): Promise<void>
  /** How every Quota on the path of such a claim stands, holding nothing. */
  standing(claim: Omit<QuotaClaim, 'reservationId' | 'estimate' | 'model'>): Promise<readonly QuotaStanding[]>
}

/** Everything is granted; what was used is on record in the ModelCalls. */
export const unlimitedQuotas: Quotas = {
  reserve: claim =>
    Promise.resolve({ granted: true, reservation: { id: claim.reservationId }, warnings: [] }),
  settle: () => Promise.resolve(),
  release: () => Promise.resolve(),
  standing: () => Promise.resolve([]),
}

/** The rules, as people edit them. */
export interface QuotaRules {
  /** Those of one workspace; without one, of the installation. */
  list(workspace?: Workspace): Promise<readonly QuotaRule[]>
  /** Replaces them all, in one transaction. */
  replace(
    workspace: Workspace | undefined,
    rules: readonly Omit<QuotaRule, 'workspace' | 'id'>[],
  ): Promise<void>
}
