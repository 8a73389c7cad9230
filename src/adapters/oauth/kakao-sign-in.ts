import type { IdentityProvider } from '../../core/identity-provider.ts'
import { createRoundTrip, type Registration } from './round-trip.ts'
import { personOf, standardClaims } from './standard-claims.ts'

export interface KakaoSignInOptions extends Registration {
  /** `https://kauth.kakao.com`. */
  readonly url: string
  /** `https://kapi.kakao.com`. */
  readonly apiUrl: string
}

/** Kakao Login with OpenID Connect turned on. Whether the address is confirmed is told by userinfo alone. */
export function createKakaoSignIn({ url, apiUrl, ...registration }: KakaoSignInOptions): IdentityProvider {
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/oauth/authorize`,
    token_endpoint: `${url}/oauth/token`,
    userinfo_endpoint: `${apiUrl}/v1/oidc/userinfo`,
    jwks_uri: `${url}/.well-known/jwks.json`,
  }
  const trip = createRoundTrip(metadata, registration, {
    scope: 'openid profile_nickname account_email',
    expectsIdToken: true,
    usesPkce: true,
  })
  return {
    id: 'kakao',
    name: 'Kakao',
    authorize: attempt => Promise.resolve(trip.authorize(attempt)),
    async finish(parameters, attempt) {
      const tokens = await trip.finish(parameters, attempt)
      return personOf(url, standardClaims.parse({ ...tokens.claims, ...(await tokens.userInfo()) }))
    },
  }
}
