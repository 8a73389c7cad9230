/** What a round trip to another service is for. `next` is a local path. */
export type SignInPurpose =
  | { readonly kind: 'sign_in'; readonly next?: string }
  /** To add a way in, and the account behind it, to this Member. */
  | { readonly kind: 'link'; readonly memberId: string; readonly next?: string }
  /** To show that who redeems a LinkCode is who asked for it on the platform. */
  | {
      readonly kind: 'prove'
      readonly memberId: string
      readonly identityId: string
      readonly linkCodeHash: string
      readonly next?: string
    }

export interface SignInAttempt {
  readonly stateHash: string
  /** Of the secret in the cookie of the browser that started. */
  readonly browserHash: string
  readonly provider: string
  readonly purpose: SignInPurpose
  readonly expiresAtMs: number
}

/** Round trips under way. Neither the state nor the browser's secret is kept, only their hashes. */
export interface SignInAttempts {
  /** Forgets those that ran out, too. */
  add(attempt: SignInAttempt, atMs: number): Promise<void>
  /** Spends the attempt: of all who try at once or later, one is told its purpose. */
  use(
    attempt: Pick<SignInAttempt, 'stateHash' | 'browserHash' | 'provider'>,
    atMs: number,
  ): Promise<SignInPurpose | undefined>
}
