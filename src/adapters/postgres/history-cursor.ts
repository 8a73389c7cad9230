import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import type { Page, PageRequest } from '../../core/history.ts'

/** Where a page ended: when its last Dialogue was used, to the microsecond as the database counts, and its id. */
export interface Key {
  readonly used: string
  readonly id: string
}

/** PostgreSQL knows no year 0. */
const usedPattern = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

const keyShape = z
  .tuple([z.string().regex(usedPattern), z.string().regex(/^[\w-]{1,64}$/)])
  .refine(([used]) => isDay(used))

/** Not the 30th of February, which JavaScript takes and PostgreSQL refuses. */
function isDay(used: string): boolean {
  const ms = Date.parse(used)
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === used.slice(0, 10)
}

function writeCursor({ used, id }: Key): string {
  return Buffer.from(JSON.stringify([used, id])).toString('base64url')
}

/** Throws `invalid` for anything but a cursor that was given. */
function readCursor(cursor: string): Key {
  const parsed = keyShape.safeParse(parsedJson(cursor))
  if (!parsed.success) throw new ParleyError('invalid', 'This page is not known: start from the first one.')
  const [used, id] = parsed.data
  return { used, id }
}

function parsedJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** What a page begins after, and how many it holds. */
export function readPage({ cursor, limit }: PageRequest): {
  readonly after: Key | undefined
  readonly limit: number
} {
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new ParleyError('invalid', 'A page holds 1 to 100 entries.')
  return { after: cursor === undefined ? undefined : readCursor(cursor), limit }
}

/** A page of rows of which one more than its limit was asked for. */
export function toPage<Row extends Key, T>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem),
    ...(rows.length > limit && last ? { nextCursor: writeCursor(last) } : {}),
  }
}

/** A time as a Key has it. */
export function asUsed(at: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

/** The `used` of the row `d`. */
export const usedOfRow = asUsed(sql`d.used_at`)

/** True for the rows `d` that come after this key, newest first. */
export function comesAfter({ used, id }: Key): RawBuilder<boolean> {
  return sql<boolean>`(d.used_at, d.id) < (${used}::timestamptz, ${id}::text)`
}
