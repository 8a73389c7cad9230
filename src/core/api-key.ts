/** What a key may be used for. `chat` is the relay and asking, `read` reading, `admin` what its Member may administer. */
export const apiKeyScopes = ['chat', 'read', 'write', 'admin'] as const
export type ApiKeyScope = (typeof apiKeyScopes)[number]

/** A Member's key for programs. The key itself is shown once; what is kept is its hash. */
export interface ApiKey {
  readonly id: string
  readonly memberId: string
  readonly name: string
  /** Its first characters, to tell it from others. */
  readonly hint: string
  readonly scopes: readonly ApiKeyScope[]
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  /** At most a minute behind. */
  readonly usedAtMs?: number
}

export interface ApiKeys {
  add(key: Omit<ApiKey, 'usedAtMs'> & { readonly hash: string }): Promise<void>
  /** The key of this hash that is neither expired nor revoked. */
  findByHash(hash: string, nowMs: number): Promise<ApiKey | undefined>
  /** Newest first. */
  of(memberId: string): Promise<readonly ApiKey[]>
  /** Throws `not_found` for another's. */
  revoke(memberId: string, id: string, atMs: number): Promise<void>
  markUsed(id: string, atMs: number): Promise<void>
}
