import type { IdentityRef } from './identity.ts'

/** A service that vouches for people: Slack, Discord, GitHub, Kakao or any OIDC issuer. */
export interface IdentityProvider {
  /** As it stands in `/auth/:provider/…` and in `logins`. */
  readonly id: string
  /** As a button names it. */
  readonly name: string
  /** Where the browser is sent. Throws `platform_unavailable` when the service cannot be asked. */
  authorize(attempt: ProviderAttempt): Promise<URL>
  /**
   * Who came back, by what the browser carried. Throws `aborted` when the person said no, `platform_unavailable` when
   * the service does not answer, `platform_auth` when it does not know this Parley, and `unauthenticated` for an answer
   * that does not belong to this attempt. No error holds a code, a token or a secret.
   */
  finish(parameters: URLSearchParams, attempt: ProviderAttempt): Promise<ExternalPerson>
}

/** What ties one round trip together; none is ever empty, and none serves twice. */
export interface ProviderAttempt {
  readonly state: string
  readonly nonce: string
  /** The PKCE verifier. */
  readonly verifier: string
  readonly redirectUrl: string
}

/** Whom a service vouched for. `subject` never changes hands at its `issuer`; an e-mail address does. */
export interface ExternalPerson {
  readonly issuer: string
  readonly subject: string
  readonly name?: string
  readonly email?: string
  /** Whether the service itself confirmed the address. */
  readonly emailVerified: boolean
  /** Where people also chat: the account that writes there. */
  readonly account?: IdentityRef
}
