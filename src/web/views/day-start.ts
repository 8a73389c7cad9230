const dayMs = 24 * 60 * 60_000

/** When a day, written as 2026-11-21, begins in this time zone; or one so many days after it. */
export function dayStartMs(date: string, timeZone: string, daysAfter = 0): number {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const utcMs = Date.parse(date) + daysAfter * dayMs
  const aheadMs = (atMs: number) => Date.parse(`${clock.format(atMs).replace(' ', 'T')}Z`) - atMs
  // Twice: clocks may have been changed between the first guess and the day's beginning.
  return utcMs - aheadMs(utcMs - aheadMs(utcMs))
}

/** The day that it is then in this time zone, as 2026-11-21. */
export function dayIn(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(atMs)
}
