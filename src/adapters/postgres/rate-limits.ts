import { sql } from 'kysely'
import type { RateLimit, RateLimits, Taken } from '../../core/rate-limit.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'

export function createRateLimits({ handle }: Session): RateLimits {
  return {
    take: (key, limit, atMs) => take(handle, storedText(key), limit, atMs),
    async giveBack(key, atMs) {
      const at = new Date(atMs)
      await sql`
        update rate_limits set tries =
          tries[: array_position(tries, ${at}::timestamptz) - 1] || tries[array_position(tries, ${at}::timestamptz) + 1 :]
        where key = ${storedText(key)} and array_position(tries, ${at}::timestamptz) is not null`.execute(
        handle,
      )
    },
    async tidy(atMs) {
      await handle.deleteFrom('rate_limits').where('until', '<', new Date(atMs)).execute()
    },
  }
}

/** The times themselves are kept: a counter that starts anew at times would let twice as many through around that time. */
async function take(handle: Handle, key: string, limit: RateLimit, atMs: number): Promise<Taken> {
  const at = new Date(atMs)
  const from = new Date(atMs - limit.windowMs)
  const until = new Date(atMs + limit.windowMs)
  const live = sql`array(select try from unnest(kept.tries) as try where try > ${from}::timestamptz order by try)`
  const { rows } = await sql<{ allowed: boolean; tries: readonly Date[] }>`
    insert into rate_limits as kept (key, tries, allowed, until)
    values (${key}, array[${at}::timestamptz], true, ${until}::timestamptz)
    on conflict (key) do update set
      allowed = cardinality(${live}) < ${limit.tries}::integer,
      tries = ${live} ||
        case when cardinality(${live}) < ${limit.tries}::integer then array[${at}::timestamptz] else '{}' end,
      until = greatest(kept.until, ${until}::timestamptz)
    returning allowed, tries`.execute(handle)
  const row = rows[0]
  if (row?.allowed !== false) return { allowed: true }
  const frees = row.tries[row.tries.length - limit.tries] ?? at
  return { allowed: false, retryAfterMs: Math.max(1_000, frees.getTime() + limit.windowMs - atMs) }
}
