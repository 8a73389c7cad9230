import type { Lease } from './job.ts'
import type { ThreadRef } from './thread.ts'
import type { SpentCall } from './usage.ts'
import type { Workspace } from './workspace.ts'

export const quotaScopes = ['workspace', 'channel', 'member'] as const
export type QuotaScope = (typeof quotaScopes)[number]

export const quotaUnits = ['requests', 'tokens', 'costMicros'] as const
export type QuotaUnit = (typeof quotaUnits)[number]

export const quotaPeriods = ['day', 'month'] as const
export type QuotaPeriod = (typeof quotaPeriods)[number]

/**
 * A limit that somebody set. Of those that set the same unit and period for one subject the most specific holds: one
 * that names the subject, then one for a role, then `*`; among equals the workspace's own before the installation's,
 * and the most generous of several roles. A workspace's rule for people counts what they use there, the
 * installation's what they use everywhere.
 */
export interface QuotaRule {
  readonly id: string
  /** Absent for a rule of the whole installation. */
  readonly workspace?: Workspace
  readonly scope: QuotaScope
  /** A workspace's (`T1` or `slack:T1`), channel's or Member's id, an Identity's, or `*`: the default for each. */
  readonly subject: string
  /** Holds only for people of this role there, such as `slack:admin`, `discord:ROLE_ID` or `parley:admin`. */
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

/** Where something is about to be consumed, and by whom. */
export interface QuotaPath {
  readonly askerId: string
  readonly thread: Pick<ThreadRef, 'platform' | 'workspaceId' | 'channelId'>
  /** What the platform calls the asker there; rules with a `role` hold for these. Parley's own role is known. */
  readonly roles?: readonly string[]
  readonly atMs: number
}

/** Of the real context, and the most that may be answered. */
export interface TokenEstimate {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** What is about to be consumed. */
export interface QuotaClaim extends QuotaPath {
  /** One per Turn, or per relayed request: asking twice holds once. */
  readonly reservationId: string
  readonly agentId?: string
  readonly model: string
  readonly estimate: TokenEstimate
  /** One unless told: a title costs tokens, and is no question of anybody. */
  readonly requests?: 0 | 1
  /** The job it is made for. Who has lost that job holds nothing for it any more: `lease_lost`. */
  readonly under?: Lease
}

/** What is held against every Quota on the path while a Turn runs. */
export interface Reservation {
  readonly id: string
}

/** How one Quota stands for one subject. */
export interface QuotaStanding {
  readonly rule: QuotaRule
  /** Whose counter it is: to be given back as it is, and to be shown to nobody. */
  readonly subject: string
  /** `2026-11-21` or `2026-11`, in the time zone of what it counts. */
  readonly bucket: string
  /** With what was granted on top for this period. */
  readonly limit: number
  readonly used: number
  readonly held: number
  /** When its period ends. */
  readonly resetsAtMs: number
  readonly timeZone: string
}

/** `price_unknown`: a hard limit in money cannot hold for a model whose price nobody said. */
export type QuotaRefusalReason = 'spent' | 'price_unknown'

/** What a person is told when there is no allowance left: which limit, how much is used, when there is more. */
export interface QuotaRefusal {
  readonly reason: QuotaRefusalReason
  readonly scope: QuotaScope
  readonly unit: QuotaUnit
  readonly period: QuotaPeriod
  readonly limit: number
  /** What is held for answers under way is counted in. */
  readonly used: number
  readonly resetsAtMs: number
  /** The person's own, else that of what is counted. */
  readonly timeZone: string
}

export type Reserved =
  | {
      readonly granted: true
      readonly reservation: Reservation
      /** At 80 % or more, or beyond a soft limit. */
      readonly warnings: readonly QuotaStanding[]
      /** Of `warnings`, those that nobody was told of in their period yet: each is given once. */
      readonly news: readonly QuotaStanding[]
      /** The cheaper Agent that a soft limit asks for. */
      readonly stepDownTo?: string
    }
  | { readonly granted: false; readonly refusedBy: QuotaStanding; readonly reason: QuotaRefusalReason }

/** At this part of a limit people are warned. */
export const warnedAt = 0.8

/**
 * The tree of Quotas. `reserve` holds the claim on every level or on none, in one statement; for an id that holds
 * already it gives what was held. `settle` and `release` are idempotent, and take part in the caller's transaction.
 * A Reservation that was ended can be reserved anew, for a Turn that is tried again: it stays one request.
 */
export interface Quotas {
  reserve(claim: QuotaClaim): Promise<Reserved>
  /**
   * Ends the Reservation with what was really used, each call once whoever tells of it. Calls that are told after its
   * end are counted all the same.
   */
  settle(reservation: Reservation, calls: readonly SpentCall[]): Promise<void>
  /** Ends it with nothing used: no model was reached. */
  release(reservation: Reservation): Promise<void>
  /** How every Quota on this path stands, holding nothing. */
  standing(path: QuotaPath): Promise<readonly QuotaStanding[]>
  /** Reservations made before then that nobody is at work under any more, oldest first. */
  abandoned(beforeMs: number, limit: number): Promise<readonly Reservation[]>
  /** More of a limit for the rest of one period. */
  grant(allowance: QuotaAllowance): Promise<void>
  /** Forgets the counters of periods that ended before then; what was used stays on record. */
  tidy(beforeMs: number): Promise<void>
}

/** A one-off: on top of whichever limit holds for this subject in this period. */
export interface QuotaAllowance {
  readonly subject: string
  readonly unit: QuotaUnit
  readonly bucket: string
  readonly amount: number
}

/** What has no room for anything more; the hard limit that opens last, when several are spent. */
export function spentQuota(standings: readonly QuotaStanding[]): QuotaStanding | undefined {
  return standings
    .filter(({ rule, used, held, limit }) => !rule.soft && used + held >= limit)
    .toSorted((a, b) => b.resetsAtMs - a.resetsAtMs)[0]
}

/** The rules, as people edit them. */
export interface QuotaRules {
  /** Those of one workspace; without one, of the installation. In the order in which they were given. */
  list(workspace?: Workspace): Promise<readonly QuotaRule[]>
  /** In a transaction: nobody else changes any rule until its end. */
  lock(): Promise<void>
  /** Those that hold in a workspace, its own and the installation's; without one, every rule there is. */
  over(workspace?: Workspace): Promise<readonly QuotaRule[]>
  /** Replaces them all, in one transaction, and gives those before. Throws `invalid` when two set the same. */
  replace(
    workspace: Workspace | undefined,
    rules: readonly Omit<QuotaRule, 'workspace' | 'id'>[],
  ): Promise<readonly QuotaRule[]>
}
