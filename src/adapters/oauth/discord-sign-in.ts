import { z } from 'zod'
import type { IdentityProvider } from '../../core/identity-provider.ts'
import { createRoundTrip, type Registration } from './round-trip.ts'
import { personOf, standardClaims } from './standard-claims.ts'

export interface DiscordSignInOptions extends Registration {
  /** `https://discord.com`. */
  readonly url: string
}

const userShape = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  username: z.string(),
  global_name: z.string().nullish(),
  email: z.string().nullish(),
  verified: z.boolean().nullish(),
})

/** Sign in with Discord: plain OAuth 2. Ids are global, so that the account is the same in every server. */
export function createDiscordSignIn({ url, ...registration }: DiscordSignInOptions): IdentityProvider {
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/oauth2/authorize`,
    token_endpoint: `${url}/api/oauth2/token`,
  }
  const trip = createRoundTrip(metadata, registration, {
    scope: 'identify email',
    expectsIdToken: false,
    usesPkce: true,
  })
  return {
    id: 'discord',
    name: 'Discord',
    authorize: attempt => Promise.resolve(trip.authorize(attempt)),
    async finish(parameters, attempt) {
      const tokens = await trip.finish(parameters, attempt)
      const user = userShape.parse(await tokens.read(`${url}/api/users/@me`))
      const claims = standardClaims.parse({
        sub: user.id,
        name: user.global_name ?? user.username,
        email: user.email ?? undefined,
        email_verified: user.verified ?? false,
      })
      const account = { platform: 'discord' as const, realm: 'discord', userId: user.id }
      return { ...personOf(url, claims), account }
    },
  }
}
