import { z } from 'zod'
import type { SignInAttempts, SignInPurpose } from '../../core/sign-in-attempt.ts'
import type { Session } from './session.ts'

const next = z.string().exactOptional()
const purposeShape: z.ZodType<SignInPurpose> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sign_in'), next }),
  z.object({ kind: z.literal('link'), memberId: z.string(), next }),
  z.object({
    kind: z.literal('prove'),
    memberId: z.string(),
    identityId: z.string(),
    linkCodeHash: z.string(),
    next,
  }),
])

/** More than come in with one attempt, so that what is left shrinks. */
const forgottenAtOnce = 100

export function createSignInAttempts({ handle }: Session): SignInAttempts {
  return {
    async add({ stateHash, browserHash, provider, purpose, expiresAtMs }, atMs) {
      await handle
        .deleteFrom('sign_in_attempts')
        .where('state_hash', 'in', eb =>
          eb
            .selectFrom('sign_in_attempts')
            .select('state_hash')
            .where('expires_at', '<', new Date(atMs))
            .orderBy('expires_at')
            .limit(forgottenAtOnce)
            .forUpdate()
            // Two who tidy at once would otherwise wait for each other, perhaps in a circle.
            .skipLocked(),
        )
        .execute()
      await handle
        .insertInto('sign_in_attempts')
        .values({
          state_hash: stateHash,
          browser_hash: browserHash,
          provider,
          purpose: JSON.stringify(purpose),
          expires_at: new Date(expiresAtMs),
        })
        .execute()
    },
    async use({ stateHash, browserHash, provider }, atMs) {
      const used = await handle
        .updateTable('sign_in_attempts')
        .set({ used_at: new Date(atMs) })
        .where('state_hash', '=', stateHash)
        .where('browser_hash', '=', browserHash)
        .where('provider', '=', provider)
        .where('used_at', 'is', null)
        .where('expires_at', '>', new Date(atMs))
        .returning('purpose')
        .executeTakeFirst()
      return used && purposeShape.parse(used.purpose)
    },
  }
}
