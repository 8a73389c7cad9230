export interface RateLimit {
  readonly tries: number
  readonly windowMs: number
}

const quarterHourMs = 15 * 60_000

/** Promise C6: what one account or code may be tried. */
export const triesPerAccount: RateLimit = { tries: 5, windowMs: quarterHourMs }
/** Promise C6: what one address may try, over all accounts. */
export const triesPerAddress: RateLimit = { tries: 20, windowMs: quarterHourMs }
/** A class registers from one address in one lesson; a script does more. */
export const registrationsPerAddress: RateLimit = { tries: 100, windowMs: quarterHourMs }

/** Tries counted in the database, so that they hold across processes. In no window of that length is there one more. */
export interface RateLimits {
  /** Counts a try in one statement; otherwise counts nothing and tells how long until the next may be made. */
  take(key: string, limit: RateLimit, atMs: number): Promise<Taken>
  /** The try that was taken at that moment was none after all, as when the password was right. */
  giveBack(key: string, atMs: number): Promise<void>
  /** Forgets what no limit needs any more. */
  tidy(atMs: number): Promise<void>
}

export type Taken = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }
