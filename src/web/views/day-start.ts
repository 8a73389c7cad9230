/** When a day, written as 2026-11-21, begins in this time zone. */
export function dayStartMs(date: string, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const utcMs = Date.parse(date)
  const aheadMs = (atMs: number) => Date.parse(`${clock.format(atMs).replace(' ', 'T')}Z`) - atMs
  // Twice: clocks may have been changed between the first guess and the day's beginning.
  return utcMs - aheadMs(utcMs - aheadMs(utcMs))
}
