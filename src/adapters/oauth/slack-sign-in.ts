import { z } from 'zod'
import type { IdentityProvider } from '../../core/identity-provider.ts'
import { type Claims, createRoundTrip, type Registration } from './round-trip.ts'
import { personOf, standardClaims } from './standard-claims.ts'

export interface SlackSignInOptions extends Registration {
  /** `https://slack.com`. */
  readonly url: string
}

const slackClaims = z.object({
  'https://slack.com/user_id': z.string().min(1),
  'https://slack.com/team_id': z.string().min(1),
  'https://slack.com/enterprise_id': z.string().optional(),
})

/**
 * Sign in with Slack: OIDC that answers a refusal with status 200 and advertises no PKCE, so that the nonce alone ties
 * the code to the browser.
 */
export function createSlackSignIn({ url, ...registration }: SlackSignInOptions): IdentityProvider {
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/openid/connect/authorize`,
    token_endpoint: `${url}/api/openid.connect.token`,
    userinfo_endpoint: `${url}/api/openid.connect.userInfo`,
    jwks_uri: `${url}/openid/connect/keys`,
  }
  const trip = createRoundTrip(metadata, registration, {
    scope: 'openid email profile',
    expectsIdToken: true,
    usesPkce: false,
  })
  return {
    id: 'slack',
    name: 'Slack',
    authorize: attempt => Promise.resolve(trip.authorize(attempt)),
    async finish(parameters, attempt) {
      const tokens = await trip.finish(parameters, attempt)
      // The organisation is told here alone, and it decides where the person's id is unique.
      return toPerson(url, { ...tokens.claims, ...(await tokens.userInfo()) })
    },
  }
}

function toPerson(issuer: string, claims: Claims) {
  const slack = slackClaims.parse(claims)
  const realm = slack['https://slack.com/enterprise_id'] ?? slack['https://slack.com/team_id']
  const userId = slack['https://slack.com/user_id']
  const person = personOf(issuer, standardClaims.parse(claims))
  // Ids are unique within a workspace or organisation only.
  return { ...person, subject: `${realm}:${userId}`, account: { platform: 'slack' as const, realm, userId } }
}
