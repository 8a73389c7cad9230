import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  fetchProtectedResource,
  fetchUserInfo,
  type ServerMetadata,
} from 'openid-client'
import type { ProviderAttempt } from '../../core/identity-provider.ts'
import { createBoundedFetch, callTimeoutMs } from './bounded-fetch.ts'
import { challengeOf } from './pkce.ts'
import { toSignInFailure } from './failures.ts'

/** Parley as it is registered at a service. */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  /** For each call; 10 s unless told. */
  readonly timeoutMs?: number
}

export interface Terms {
  readonly scope: string
  /** OIDC: a signed ID token with our nonce is required. */
  readonly expectsIdToken: boolean
  readonly usesPkce: boolean
}

export type Claims = Readonly<Record<string, unknown>>

/** Authorization code flow with one service: code, tokens, and what a token shows. Tokens are dropped afterwards. */
export interface RoundTrip {
  authorize(attempt: ProviderAttempt): URL
  /** Checks state, `iss`, PKCE, nonce and the ID token's signature. Throws as `IdentityProvider.finish` does. */
  finish(parameters: URLSearchParams, attempt: ProviderAttempt): Promise<Tokens>
}

export interface Tokens {
  /** Of the ID token; empty without one. */
  readonly claims: Claims
  /** The claims of the service's userinfo, of the same subject. */
  userInfo(): Promise<Claims>
  /** A JSON resource of the service's API. */
  read(url: string): Promise<unknown>
}

/** A service by what it says of itself, or is known to say. */
export function createRoundTrip(
  metadata: ServerMetadata,
  { clientId, clientSecret, timeoutMs = callTimeoutMs }: Registration,
  terms: Terms,
): RoundTrip {
  const config = new Configuration(metadata, clientId, clientSecret, authOf(metadata, clientSecret))
  const bounded = createBoundedFetch(timeoutMs)
  config[customFetch] = (url, options) => bounded(url, options as RequestInit)
  config.timeout = timeoutMs / 1000
  enableNonRepudiationChecks(config)
  // Plain http is for a service on one's own machine or network, named so on purpose.
  if (metadata.issuer.startsWith('http:')) allowInsecureRequests(config)
  return roundTripOf(config, terms)
}

/** In the form, which every service known here takes; by HTTP Basic where only that is offered. */
function authOf({ token_endpoint_auth_methods_supported: offered }: ServerMetadata, clientSecret: string) {
  const onlyBasic = offered !== undefined && !offered.includes('client_secret_post')
  return onlyBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
}

function roundTripOf(config: Configuration, { scope, expectsIdToken, usesPkce }: Terms): RoundTrip {
  return {
    authorize: ({ state, nonce, verifier, redirectUrl }) =>
      buildAuthorizationUrl(config, {
        response_type: 'code',
        redirect_uri: redirectUrl,
        scope,
        state,
        ...(expectsIdToken ? { nonce } : {}),
        ...(usesPkce ? challengeOf(verifier) : {}),
      }),
    async finish(parameters, { state, nonce, verifier, redirectUrl }) {
      // Built from what was registered, so that no Host header has a say in it.
      const url = new URL(redirectUrl)
      url.search = parameters.toString()
      const answer = await tryTo(() =>
        authorizationCodeGrant(config, url, {
          expectedState: state,
          ...(expectsIdToken ? { expectedNonce: nonce, idTokenExpected: true } : {}),
          ...(usesPkce ? { pkceCodeVerifier: verifier } : {}),
        }),
      )
      const token = answer.access_token
      const claims: Claims = answer.claims() ?? {}
      return {
        claims,
        userInfo: () => tryTo(() => fetchUserInfo(config, token, String(claims['sub']))),
        read: address => tryTo(() => readJson(config, token, address)),
      }
    },
  }
}

async function readJson(config: Configuration, token: string, address: string): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json' })
  const response = await fetchProtectedResource(config, token, new URL(address), 'GET', undefined, headers)
  if (response.status !== 200) throw new Error(`status ${response.status}`)
  return response.json()
}

async function tryTo<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw toSignInFailure(thrown)
  }
}
