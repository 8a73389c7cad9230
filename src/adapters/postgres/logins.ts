import type { Selectable } from 'kysely'
import type { Login, LoginKey, Logins } from '../../core/login.ts'
import type { LoginTable } from './account-tables.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'

export function createLogins(session: Session): Logins {
  const { handle } = session
  return {
    async find(key) {
      const row = await ofKey(handle, key).executeTakeFirst()
      return row && toLogin(row)
    },
    async ofMember(memberId) {
      const rows = await handle
        .selectFrom('logins')
        .selectAll()
        .where('member_id', '=', memberId)
        .orderBy('created_at')
        .orderBy('provider')
        .execute()
      return rows.map(toLogin)
    },
    async add({ provider, issuer, subject, memberId, label }) {
      const added = await handle
        .insertInto('logins')
        .values({ provider, issuer, subject, member_id: memberId, label: storedText(label) })
        // Its own Member's stays as it is, but for the label; another's does not match and gives no row.
        .onConflict(conflict =>
          conflict
            .columns(['provider', 'issuer', 'subject'])
            .doUpdateSet({ label: storedText(label) })
            .where('logins.member_id', '=', memberId),
        )
        .returning('member_id')
        .executeTakeFirst()
      return added !== undefined
    },
    remove: (memberId, key) => session.atomically(inner => remove(inner, memberId, key)),
  }
}

function ofKey(handle: Handle, { provider, issuer, subject }: LoginKey) {
  return handle
    .selectFrom('logins')
    .selectAll()
    .where('provider', '=', provider)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
}

async function remove(
  { handle }: Session,
  memberId: string,
  key: LoginKey,
): Promise<'removed' | 'last_way_in' | 'not_found'> {
  // The Member is locked: two ways in that are removed at once would each see the other.
  const member = await handle
    .selectFrom('members')
    .select('password_hash')
    .where('id', '=', memberId)
    .forUpdate()
    .executeTakeFirst()
  const login = await ofKey(handle, key).where('member_id', '=', memberId).executeTakeFirst()
  if (!member || !login) return 'not_found'
  const all = await handle.selectFrom('logins').select('subject').where('member_id', '=', memberId).execute()
  if (member.password_hash === null && all.length < 2) return 'last_way_in'
  await handle
    .deleteFrom('logins')
    .where('provider', '=', login.provider)
    .where('issuer', '=', login.issuer)
    .where('subject', '=', login.subject)
    .execute()
  return 'removed'
}

function toLogin(row: Selectable<LoginTable>): Login {
  return {
    provider: row.provider,
    issuer: row.issuer,
    subject: row.subject,
    memberId: row.member_id,
    label: row.label,
    createdAtMs: row.created_at.getTime(),
  }
}
