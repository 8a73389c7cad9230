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

/** What counts as one address: people of one home hold a whole IPv6 network, so it is counted by its first half. */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [before = '', after] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`
}
