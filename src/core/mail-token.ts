/** `confirm` proves the address of an account, `change` a new one, `reset` allows a new password. */
export type MailTokenPurpose = 'confirm' | 'reset' | 'change'

export interface MailToken {
  readonly memberId: string
  readonly purpose: MailTokenPurpose
  /** The address it was mailed to. */
  readonly email: string
  readonly expiresAtMs: number
  readonly usedAtMs?: number
}

/** Tokens of mailed links, kept as hashes. */
export interface MailTokens {
  add(token: MailToken & { readonly hash: string; readonly createdAtMs: number }): Promise<void>
  /** Looks and spends nothing. */
  find(hash: string): Promise<MailToken | undefined>
  /**
   * Spends the token, and with it every other of its person and purpose. Undefined when it is unknown, spent, too old
   * or for another purpose; of two at once one gets it.
   */
  spend(hash: string, purposes: readonly MailTokenPurpose[], atMs: number): Promise<MailToken | undefined>
  /** Forgets what ran out before. */
  tidy(atMs: number): Promise<void>
}
