/** How long an access token is good; what it allows is checked against its session besides. */
export const accessTokenMs = 15 * 60_000
/** However often it is renewed, a session ends this long after its sign-in. */
export const sessionMs = 30 * 24 * 60 * 60_000
/** A second tab that renews at the same time holds the token before: it stays good this long. */
export const refreshGraceMs = 10_000

/** Someone signed in, on one device. */
export interface Session {
  readonly id: string
  readonly memberId: string
  /** `password`, or the service that vouched for the person. */
  readonly method: string
  readonly userAgent?: string
  readonly address?: string
  readonly createdAtMs: number
  readonly usedAtMs: number
  readonly expiresAtMs: number
}

export type SessionEnd = 'logout' | 'ended' | 'password' | 'stolen' | 'suspended' | 'deleted'

/** Whence a request comes, as far as it is believed. */
export interface Device {
  readonly userAgent?: string
  readonly address?: string
}

export interface NewSession extends Device {
  readonly memberId: string
  readonly method: string
  readonly atMs: number
  readonly expiresAtMs: number
  /** Hash of its first refresh token. */
  readonly refreshHash: string
}

export type Rotation =
  | { readonly state: 'rotated'; readonly session: Session }
  /** Used again after its time: somebody else has it, and the whole session is over. */
  | { readonly state: 'stolen'; readonly session: Session }
  | { readonly state: 'over' }

/** Every end of a session is told to all processes by a `session` signal. */
export interface Sessions {
  start(session: NewSession): Promise<Session>
  /** The living session of this id, of a Member who is not suspended. */
  find(id: string, atMs: number): Promise<Session | undefined>
  /** Those still alive, used last first. */
  list(memberId: string, atMs: number): Promise<readonly Session[]>
  /**
   * Replaces a refresh token by the next one. The one before it stays good for `refreshGraceMs`; any older use ends the
   * session. Atomic: of two at once with the same token both get a good one.
   */
  rotate(
    change: { readonly hash: string; readonly nextHash: string; readonly atMs: number } & Device,
  ): Promise<Rotation>
  /** The session a refresh token belongs to, even one that is over; spends nothing. */
  ofRefreshToken(hash: string): Promise<{ readonly sessionId: string; readonly memberId: string } | undefined>
  /** Ends one, or nothing when it is over or another Member's. True when it ended. */
  end(id: string, memberId: string, reason: SessionEnd, atMs: number): Promise<boolean>
  /** Ends all of a Member but `exceptId`. */
  endAll(memberId: string, reason: SessionEnd, atMs: number, exceptId?: string): Promise<number>
  /** Forgets those that were over before. */
  tidy(beforeMs: number): Promise<void>
}

/** Access tokens: signed, short, and worth nothing once their session is over. */
export interface SessionTokens {
  issue(session: { readonly id: string; readonly memberId: string }, nowMs: number): Promise<string>
  /** What a token that is signed by us, for us and still good says; undefined for anything else. Never throws. */
  verify(
    token: string,
    nowMs: number,
  ): Promise<{ readonly sessionId: string; readonly memberId: string } | undefined>
}
