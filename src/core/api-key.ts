/** What a key may be used for. `chat` is the relay and asking, `read` reading, `admin` what its Member may administer. */
export const apiKeyScopes = ['chat', 'read', 'write', 'admin'] as const
export type ApiKeyScope = (typeof apiKeyScopes)[number]

/** A key whose maker named no scopes does what its Member does every day, and administers nothing. */
export const usualScopes: readonly ApiKeyScope[] = ['chat', 'read', 'write']

/** A Member's keys that are good at once: one a program, and some to replace them. */
export const mostApiKeys = 20
export const maxKeyNameLength = 60

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

/** Every end of a key, that of a suspension too, is told to all processes as the end of the session `keySession` names. */
export interface ApiKeys {
  /** Throws `conflict` when the Member has `mostApiKeys` that are good; holds whatever number is added at once. */
  add(key: Omit<ApiKey, 'usedAtMs'> & { readonly hash: string }): Promise<void>
  /** The key of this hash that is neither expired nor revoked, of a Member who is not suspended. */
  findByHash(hash: string, nowMs: number): Promise<ApiKey | undefined>
  /** The same by its id. */
  find(id: string, nowMs: number): Promise<ApiKey | undefined>
  /** Newest first; those that expired among them, those that were revoked not. */
  of(memberId: string): Promise<readonly ApiKey[]>
  /** Throws `not_found` for another's, and for one that is revoked already. */
  revoke(memberId: string, id: string, atMs: number): Promise<void>
  /** Never goes back. */
  markUsed(id: string, atMs: number): Promise<void>
  /** Forgets those that were over before. */
  tidy(beforeMs: number): Promise<void>
}

const prefix = 'key:'

/** What stands for a key where a session is named: in signals, and for connections that stay open. */
export function keySession(id: string): string {
  return `${prefix}${id}`
}

/** The key that stands there; undefined for a session of a person's own. */
export function keyIdOf(sessionId: string): string | undefined {
  return sessionId.startsWith(prefix) ? sessionId.slice(prefix.length) : undefined
}
