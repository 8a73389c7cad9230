import { z } from 'zod'
import type { ExternalPerson } from '../../core/identity-provider.ts'

/** Names and addresses are shown and mailed to: longer ones than these are not taken. */
const name = z.string().trim().min(1).max(200).optional().catch(undefined)
const email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/)
  .optional()
  .catch(undefined)

/** What OIDC says of a person (Core 1.0, 5.1). */
export const standardClaims = z.object({
  sub: z.string().min(1).max(255),
  name,
  nickname: name,
  preferred_username: name,
  email,
  // Some issuers write it as text.
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false']).transform(value => value === 'true')])
    .catch(false),
})

export function personOf(issuer: string, claims: z.infer<typeof standardClaims>): ExternalPerson {
  const called = claims.name ?? claims.nickname ?? claims.preferred_username
  return {
    issuer,
    subject: claims.sub,
    emailVerified: claims.email !== undefined && claims.email_verified,
    ...(called === undefined ? {} : { name: called }),
    ...(claims.email === undefined ? {} : { email: claims.email }),
  }
}
