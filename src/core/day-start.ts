import { formatter } from './formatter.ts'

const dayMs = 24 * 60 * 60_000

/** The day so many days after another. */
export function addDays(from: string, count: number): string {
  return new Date(Date.parse(from) + count * dayMs).toISOString().slice(0, 10)
}

/** Every day from the first to the last, both included. */
export function daysOf(first: string, last: string): readonly string[] {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1
  return Array.from({ length: count }, (_, index) => addDays(first, index))
}

/** When a day, written as 2026-11-21, begins in this time zone; or one so many days after it. */
export function dayStartMs(date: string, timeZone: string, daysAfter = 0): number {
  const clock = formatter('sv-SE', timeZone, { dateStyle: 'short', timeStyle: 'medium' })
  const utcMs = Date.parse(date) + daysAfter * dayMs
  const aheadMs = (atMs: number) => Date.parse(`${clock.format(atMs).replace(' ', 'T')}Z`) - atMs
  // Twice: clocks may have been changed between the first guess and the day's beginning.
  return utcMs - aheadMs(utcMs - aheadMs(utcMs))
}

/** The day that it is then in this time zone, as 2026-11-21. */
export function dayIn(atMs: number, timeZone: string): string {
  return formatter('sv-SE', timeZone, { dateStyle: 'short' }).format(atMs)
}

/** When the month of a moment begins in this time zone. */
export function monthStartMs(atMs: number, timeZone: string): number {
  return dayStartMs(`${dayIn(atMs, timeZone).slice(0, 7)}-01`, timeZone)
}
