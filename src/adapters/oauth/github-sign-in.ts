import { z } from 'zod'
import type { IdentityProvider } from '../../core/identity-provider.ts'
import { createRoundTrip, type Registration } from './round-trip.ts'
import { personOf, standardClaims } from './standard-claims.ts'

export interface GitHubSignInOptions extends Registration {
  /** `https://github.com`, or an Enterprise server. */
  readonly url: string
  /** `https://api.github.com`, or `…/api/v3` of an Enterprise server. */
  readonly apiUrl: string
}

const userShape = z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullish() })
const emailsShape = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** Sign in with GitHub: plain OAuth 2. Its `iss` is below its site (next-auth 4.24.14 found out). */
export function createGitHubSignIn({ url, apiUrl, ...registration }: GitHubSignInOptions): IdentityProvider {
  const issuer = `${url}/login/oauth`
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/access_token`,
  }
  const trip = createRoundTrip(metadata, registration, {
    scope: 'read:user user:email',
    expectsIdToken: false,
    usesPkce: true,
  })
  return {
    id: 'github',
    name: 'GitHub',
    authorize: attempt => Promise.resolve(trip.authorize(attempt)),
    async finish(parameters, attempt) {
      const tokens = await trip.finish(parameters, attempt)
      const user = userShape.parse(await tokens.read(`${apiUrl}/user`))
      // The address on the profile is whatever its owner wrote there: only the list says which one is confirmed.
      const emails = emailsShape.parse(await tokens.read(`${apiUrl}/user/emails`))
      const primary = emails.find(email => email.primary)
      const claims = standardClaims.parse({
        sub: String(user.id),
        name: user.name ?? user.login,
        email: primary?.email,
        email_verified: primary?.verified ?? false,
      })
      return personOf(issuer, claims)
    },
  }
}
