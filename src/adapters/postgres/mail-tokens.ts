import type { MailToken, MailTokens } from '../../core/mail-token.ts'
import type { MailTokenTable } from './account-tables.ts'
import type { Session } from './session.ts'

export function createMailTokens(session: Session): MailTokens {
  const { handle } = session
  return {
    async add({ hash, memberId, purpose, email, createdAtMs, expiresAtMs }) {
      await handle
        .insertInto('mail_tokens')
        .values({
          hash,
          member_id: memberId,
          purpose,
          email,
          created_at: new Date(createdAtMs),
          expires_at: new Date(expiresAtMs),
        })
        .execute()
    },
    async find(hash) {
      const row = await handle
        .selectFrom('mail_tokens')
        .selectAll()
        .where('hash', '=', hash)
        .executeTakeFirst()
      return row && toMailToken(row)
    },
    spend: (hash, purposes, atMs) =>
      session.atomically(async inner => {
        const at = new Date(atMs)
        const spent = await inner.handle
          .updateTable('mail_tokens')
          .set({ used_at: at })
          .where('hash', '=', hash)
          .where('purpose', 'in', purposes)
          .where('used_at', 'is', null)
          .where('expires_at', '>', at)
          .returningAll()
          .executeTakeFirst()
        if (!spent) return undefined
        await inner.handle
          .updateTable('mail_tokens')
          .set({ used_at: at })
          .where('member_id', '=', spent.member_id)
          .where('purpose', '=', spent.purpose)
          .where('used_at', 'is', null)
          .execute()
        return toMailToken(spent)
      }),
    async tidy(atMs) {
      await handle.deleteFrom('mail_tokens').where('expires_at', '<', new Date(atMs)).execute()
    },
  }
}

function toMailToken(row: MailTokenTable): MailToken {
  return {
    memberId: row.member_id,
    purpose: row.purpose,
    email: row.email,
    expiresAtMs: row.expires_at.getTime(),
    ...(row.used_at === null ? {} : { usedAtMs: row.used_at.getTime() }),
  }
}
