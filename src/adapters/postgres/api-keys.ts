import { type Selectable, sql } from 'kysely'
import { type ApiKey, type ApiKeys, keySession, mostApiKeys } from '../../core/api-key.ts'
import { ParleyError } from '../../core/errors.ts'
import type { ApiKeyTable } from './api-tables.ts'
import type { Session } from './session.ts'
import { notify } from './signals.ts'
import { storedText } from './stored-text.ts'

export function createApiKeys(session: Session): ApiKeys {
  const { handle } = session
  const good = (nowMs: number) =>
    handle
      .selectFrom('api_keys')
      .innerJoin('members', 'members.id', 'member_id')
      .selectAll('api_keys')
      .where('revoked_at', 'is', null)
      .where(eb => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(nowMs))]))
      .where('suspended_at', 'is', null)
  return {
    add: key => session.atomically(inner => add(inner, key)),
    async findByHash(hash, nowMs) {
      const row = await good(nowMs).where('hash', '=', hash).executeTakeFirst()
      return row && toApiKey(row)
    },
    async find(id, nowMs) {
      const row = await good(nowMs).where('api_keys.id', '=', id).executeTakeFirst()
      return row && toApiKey(row)
    },
    async of(memberId) {
      const rows = await handle
        .selectFrom('api_keys')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('revoked_at', 'is', null)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map(toApiKey)
    },
    revoke: (memberId, id, atMs) =>
      session.atomically(async inner => {
        const revoked = await inner.handle
          .updateTable('api_keys')
          .set({ revoked_at: new Date(atMs) })
          .where('id', '=', id)
          .where('member_id', '=', memberId)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (!revoked) throw new ParleyError('not_found', 'There is no such key.')
        await notify({ type: 'session', sessionId: keySession(id) }).execute(inner.handle)
      }),
    async markUsed(id, atMs) {
      await handle
        .updateTable('api_keys')
        .set({ used_at: sql`greatest(used_at, ${new Date(atMs)}::timestamptz)` })
        .where('id', '=', id)
        .execute()
    },
    async tidy(beforeMs) {
      const before = new Date(beforeMs)
      await handle
        .deleteFrom('api_keys')
        .where(eb => eb.or([eb('expires_at', '<', before), eb('revoked_at', '<', before)]))
        .execute()
    },
  }
}

/** The Member is the lock: of any number who add at once each sees what the one before added. */
async function add(
  { handle }: Session,
  { memberId, createdAtMs, expiresAtMs, scopes, name, ...key }: Parameters<ApiKeys['add']>[0],
): Promise<void> {
  await handle.selectFrom('members').select('id').where('id', '=', memberId).forNoKeyUpdate().execute()
  const at = new Date(createdAtMs)
  const { count } = await handle
    .selectFrom('api_keys')
    .select(eb => eb.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .where('revoked_at', 'is', null)
    .where(eb => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostApiKeys)
    throw new ParleyError('conflict', `A member has at most ${mostApiKeys} keys.`)
  await handle
    .insertInto('api_keys')
    .values({
      ...key,
      member_id: memberId,
      name: storedText(name),
      scopes: [...scopes],
      created_at: at,
      expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs),
    })
    .execute()
}

/** Who is suspended is let in by no key: what is open by one is told so. */
export async function tellKeysOver({ handle }: Session, memberId: string): Promise<void> {
  const keys = await handle.selectFrom('api_keys').select('id').where('member_id', '=', memberId).execute()
  for (const { id } of keys) await notify({ type: 'session', sessionId: keySession(id) }).execute(handle)
}

function toApiKey(row: Selectable<ApiKeyTable>): ApiKey {
  return {
    id: row.id,
    memberId: row.member_id,
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    createdAtMs: row.created_at.getTime(),
    ...(row.expires_at === null ? {} : { expiresAtMs: row.expires_at.getTime() }),
    ...(row.used_at === null ? {} : { usedAtMs: row.used_at.getTime() }),
  }
}
