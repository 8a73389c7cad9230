/** One account of another service. */
export interface LoginKey {
  readonly provider: string
  readonly issuer: string
  readonly subject: string
}

/** A way in: who comes back from that service as this account is this Member. */
export interface Login extends LoginKey {
  readonly memberId: string
  /** How its owner recognises it: an address or a name. */
  readonly label: string
  readonly createdAtMs: number
}

export interface Logins {
  find(key: LoginKey): Promise<Login | undefined>
  /** Oldest first. */
  ofMember(memberId: string): Promise<readonly Login[]>
  /** False when it is another Member's; true when it was this one's before. */
  add(login: Omit<Login, 'createdAtMs'>): Promise<boolean>
  /** The last way in of a Member without a password stays. */
  remove(memberId: string, key: LoginKey): Promise<'removed' | 'last_way_in' | 'not_found'>
}
