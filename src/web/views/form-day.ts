import { z } from 'zod'

/**
 * A day as a form sends it, such as 2026-11-21; undefined for what is none. Of a year that a calendar offers: PostgreSQL
 * knows no day after those of 9999, and none of the year 0.
 */
export function parseDay(text: string | undefined): string | undefined {
  return day.safeParse(text).data
}

const day = z.iso.date().regex(/^[12]/)
