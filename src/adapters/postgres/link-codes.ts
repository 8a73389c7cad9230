import type { LinkCodes } from '../../core/linking.ts'
import { toIdentity } from './identities.ts'
import type { Session } from './session.ts'

export function createLinkCodes(session: Session): LinkCodes {
  const { handle } = session
  return {
    add: ({ hash, identityId, createdAtMs, expiresAtMs }) =>
      session.atomically(async inner => {
        await inner.handle
          .deleteFrom('link_codes')
          .where('identity_id', '=', identityId)
          .where('redeemed_at', 'is', null)
          .execute()
        // Spent ones are remembered as such for a while; a day is longer than anybody looks at an old link.
        await inner.handle
          .deleteFrom('link_codes')
          .where('expires_at', '<', new Date(createdAtMs - dayMs))
          .execute()
        await inner.handle
          .insertInto('link_codes')
          .values({
            hash,
            identity_id: identityId,
            created_at: new Date(createdAtMs),
            expires_at: new Date(expiresAtMs),
          })
          .execute()
      }),
    async find(hash) {
      const row = await handle
        .selectFrom('link_codes')
        .innerJoin('identities', 'identities.id', 'link_codes.identity_id')
        .selectAll('identities')
        .select(['link_codes.expires_at', 'link_codes.redeemed_at'])
        .where('link_codes.hash', '=', hash)
        .executeTakeFirst()
      return (
        row && {
          identity: toIdentity(row),
          expiresAtMs: row.expires_at.getTime(),
          redeemed: row.redeemed_at !== null,
        }
      )
    },
    async spend(hash, memberId, atMs) {
      const at = new Date(atMs)
      const spent = await handle
        .updateTable('link_codes')
        .set({ redeemed_at: at, redeemed_by: memberId })
        .where('hash', '=', hash)
        .where('redeemed_at', 'is', null)
        .where('expires_at', '>', at)
        .returning('identity_id')
        .executeTakeFirst()
      if (!spent) return undefined
      const identity = await handle
        .selectFrom('identities')
        .selectAll()
        .where('id', '=', spent.identity_id)
        .executeTakeFirstOrThrow()
      return toIdentity(identity)
    },
    async workspaceName({ platform, realm }) {
      const place = await handle
        .selectFrom('places')
        .select('workspace_name')
        .where('platform', '=', platform)
        .where('workspace_id', '=', realm)
        .where('workspace_name', 'is not', null)
        .executeTakeFirst()
      return place?.workspace_name ?? undefined
    },
  }
}

const dayMs = 24 * 60 * 60_000
