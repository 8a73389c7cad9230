import type { Workspace } from './workspace.ts'

/** Who did what to whom, and from where. Never the content of a message, never a secret. */
export interface Audit {
  readonly id: string
  readonly atMs: number
  /** The Member who acted; absent for Parley itself and for who was not signed in. */
  readonly actorId?: string
  readonly action: string
  /** What it was done to: a Member's, Dialogue's or workspace's id. */
  readonly subject: string
  readonly detail: { readonly [name: string]: string | number | boolean | null }
  readonly address?: string
}

export interface AuditFilter {
  readonly actorId?: string
  readonly action?: string
  readonly subject?: string
  /** From then on. */
  readonly fromMs?: number
  /** Before then. */
  readonly toMs?: number
  /** Those of this one alone: it is their subject, or their detail names it as `workspace` (`workspaceKey`). */
  readonly workspace?: Workspace
}

export interface Audits {
  add(audit: Omit<Audit, 'id'>): Promise<void>
  /** Newest first, at most `limit`, those before the audit with id `before`. */
  list(
    filter: AuditFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly Audit[]>
  /** Every action there is an audit of, in the order of the alphabet. */
  actions(): Promise<readonly string[]>
}
