/** A request that its sender may send again until it hears what came of it. */
export interface OnceRequest {
  readonly memberId: string
  /** Of the route and the Idempotency-Key, which is not kept. */
  readonly hash: string
  /** Of all else that was sent. */
  readonly requestHash: string
  readonly atMs: number
}

export interface KeptReply {
  readonly status: number
  /** Absent where it held a secret, or what it told of is erased. */
  readonly reply?: string
}

export type Claim =
  /** To be done now; `token` is the right to say what came of it. */
  | { readonly state: 'claimed'; readonly token: string }
  | { readonly state: 'running' }
  | ({ readonly state: 'done' } & KeptReply)
  /** The key was used for another request. */
  | { readonly state: 'other' }
  /** The Member has `mostReplies` of them. */
  | { readonly state: 'full' }

export const keepReplyMs = 24 * 60 * 60_000
/** A process that died in the middle holds its request up for this long. */
export const claimMs = 60_000
export const mostReplies = 5_000
export const maxReplyLength = 64 * 1024

/** What requests came to, so that the same one again is answered the same and done once. */
export interface IdempotentReplies {
  /** Atomic: of any number at once one gets `claimed`. */
  claim(request: OnceRequest): Promise<Claim>
  /** Keeps what came of it, for whoever still holds the claim. */
  keep(request: OnceRequest, token: string, reply: KeptReply): Promise<void>
  /** Nothing came of it: it may be tried again. */
  release(request: OnceRequest, token: string): Promise<void>
  /** Forgets what was to be kept until before. */
  tidy(beforeMs: number): Promise<void>
}
