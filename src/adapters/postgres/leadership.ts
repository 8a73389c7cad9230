import { sql } from 'kysely'
import type { Leadership } from '../../core/leadership.ts'
import type { Database } from './database.ts'
import { newId } from './ids.ts'

/** Leadership by a row per role; each one created is a holder of its own, so a process creates one. */
export function createLeadership({ handle, urgent }: Pick<Database, 'handle' | 'urgent'>): Leadership {
  const holder = newId()
  return {
    async hold(role, leaseMs) {
      const until = sql<Date>`clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'`
      const held = await urgent
        .insertInto('leaders')
        .values({ role, holder, lease_until: until })
        .onConflict(conflict =>
          conflict
            .column('role')
            .doUpdateSet({ holder, lease_until: until })
            .where(on =>
              on.or([
                on('leaders.holder', '=', holder),
                on('leaders.lease_until', '<=', sql<Date>`clock_timestamp()`),
              ]),
            ),
        )
        .returning('role')
        .executeTakeFirst()
      return held !== undefined
    },
    async release(role) {
      await handle.deleteFrom('leaders').where('role', '=', role).where('holder', '=', holder).execute()
    },
    async freeAll() {
      await handle.deleteFrom('leaders').execute()
    },
  }
}
