import type { ExportedAccount } from '../../core/export.ts'
import { createMembers } from './members.ts'
import type { Handle } from './database.ts'
import { withinTransaction } from './session.ts'

/** What is on record of a Member. Secrets and hashes are not theirs to read either. */
export async function exportAccount(handle: Handle, memberId: string): Promise<ExportedAccount> {
  const {
    settings,
    hasPassword,
    suspended: _locked,
    emailProven: _how,
    createdAtMs,
    avatarTag,
    ...profile
  } = await createMembers(withinTransaction(handle)).get(memberId)
  const identities = await handle
    .selectFrom('identities')
    .select(['id', 'platform', 'realm', 'user_id', 'name', 'linked_at'])
    .where('member_id', '=', memberId)
    .orderBy('id')
    .execute()
  const logins = await handle
    .selectFrom('logins')
    .select(['provider', 'label', 'created_at'])
    .where('member_id', '=', memberId)
    .execute()
  const sessions = await handle
    .selectFrom('sessions')
    .select(['method', 'user_agent', 'address', 'created_at', 'used_at', 'ended_at'])
    .where('member_id', '=', memberId)
    .orderBy('created_at')
    .execute()
  return {
    member: {
      ...profile,
      hasPassword,
      hasPicture: avatarTag !== undefined,
      createdAt: new Date(createdAtMs).toISOString(),
    },
    settings: { ...settings },
    identities: identities.map(row => ({
      id: row.id,
      platform: row.platform,
      realm: row.realm,
      userId: row.user_id,
      name: row.name,
      linkedAt: row.linked_at?.toISOString() ?? null,
    })),
    signIns: logins.map(row => ({
      provider: row.provider,
      label: row.label,
      since: row.created_at.toISOString(),
    })),
    sessions: sessions.map(row => ({
      method: row.method,
      device: row.user_agent,
      address: row.address,
      startedAt: row.created_at.toISOString(),
      usedAt: row.used_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
    })),
  }
}
