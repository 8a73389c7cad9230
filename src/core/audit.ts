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
}

export interface Audits {
  add(audit: Omit<Audit, 'id'>): Promise<void>
  /** Newest first, at most `limit`, those before the audit with id `before`. */
  list(
    filter: AuditFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly Audit[]>
}
