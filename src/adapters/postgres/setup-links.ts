import { sql } from 'kysely'
import type { SetupLinks } from '../../core/setup.ts'
import type { Session } from './session.ts'

export function createSetupLinks(session: Session): SetupLinks {
  const { handle } = session
  return {
    async hasOwner() {
      const owner = await handle
        .selectFrom('members')
        .select('id')
        .where('role', '=', 'owner')
        .limit(1)
        .executeTakeFirst()
      return owner !== undefined
    },
    async add(hash, expiresAtMs) {
      await handle
        .insertInto('setup_links')
        .values({ hash, expires_at: new Date(expiresAtMs) })
        .execute()
    },
    async isGood(hash, nowMs) {
      const row = await handle
        .selectFrom('setup_links')
        .select('hash')
        .where('hash', '=', hash)
        .where('expires_at', '>', new Date(nowMs))
        .executeTakeFirst()
      return row !== undefined
    },
    spend: (hash, nowMs) =>
      session.atomically(async inner => {
        await sql`lock table setup_links in exclusive mode`.execute(inner.handle)
        const good = await inner.handle
          .deleteFrom('setup_links')
          .where('hash', '=', hash)
          .where('expires_at', '>', new Date(nowMs))
          .returning('hash')
          .executeTakeFirst()
        if (!good) return false
        await inner.handle.deleteFrom('setup_links').execute()
        return true
      }),
  }
}
