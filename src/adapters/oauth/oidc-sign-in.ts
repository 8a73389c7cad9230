import { allowInsecureRequests, customFetch, discovery } from 'openid-client'
import type { IdentityProvider } from '../../core/identity-provider.ts'
import { callTimeoutMs, createBoundedFetch } from './bounded-fetch.ts'
import { toSignInFailure } from './failures.ts'
import { createRoundTrip, type Registration, type RoundTrip } from './round-trip.ts'
import { personOf, standardClaims } from './standard-claims.ts'

export interface OidcSignInOptions extends Registration {
  readonly issuer: string
}

/** Any OpenID Connect issuer, by discovery at its first use; a failed discovery is tried again by the next person. */
export function createOidcSignIn({ issuer, ...registration }: OidcSignInOptions): IdentityProvider {
  let found: Promise<RoundTrip> | undefined
  const discover = () => {
    found ??= open(issuer, registration).catch((thrown: unknown) => {
      found = undefined
      throw toSignInFailure(thrown)
    })
    return found
  }
  return {
    id: 'oidc',
    name: new URL(issuer).hostname,
    authorize: async attempt => (await discover()).authorize(attempt),
    async finish(parameters, attempt) {
      const tokens = await (await discover()).finish(parameters, attempt)
      const { claims } = tokens
      const isWhole = claims['email'] !== undefined && claims['name'] !== undefined
      // Not every issuer puts the profile into the ID token. `iss` is what the token said, and was checked.
      const all = isWhole ? claims : { ...claims, ...(await tokens.userInfo()) }
      return personOf(String(claims['iss']), standardClaims.parse(all))
    },
  }
}

async function open(issuer: string, registration: Registration): Promise<RoundTrip> {
  const { clientId, timeoutMs = callTimeoutMs } = registration
  const bounded = createBoundedFetch(timeoutMs)
  const found = await discovery(new URL(issuer), clientId, undefined, undefined, {
    [customFetch]: (url, options) => bounded(url, options as RequestInit),
    timeout: timeoutMs / 1000,
    execute: issuer.startsWith('http:') ? [allowInsecureRequests] : [],
  })
  const metadata = found.serverMetadata()
  return createRoundTrip(metadata, registration, {
    scope: 'openid email profile',
    expectsIdToken: true,
    usesPkce: metadata.supportsPKCE(),
  })
}
