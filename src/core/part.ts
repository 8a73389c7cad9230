/**
 * One platform message that carries a piece of an answer, or of what was written on the web.
 * `posting` is written before the platform is asked to post it: a Part found so has an unknown outcome.
 */
export interface Part {
  readonly id: string
  readonly messageId: string
  /** 0 for the first piece; −1 for the anchor that opens a thread. */
  readonly ordinal: number
  /** Deterministic, at most 25 characters (Discord's nonce): the same piece never gets another. */
  readonly key: string
  readonly state: 'posting' | 'posted' | 'removed'
  /** The platform's id, once known. */
  readonly ref?: string
  /** True while a Slack stream is open on it. */
  readonly streaming: boolean
  readonly plannedAtMs: number
}

/** The Parts of one Message, as the renderer of a running Turn may change them. Every change checks the lease. */
export interface PartLedger {
  list(): Promise<readonly Part[]>
  /** Records that a Part is about to be posted; gives the one on record when its ordinal already has one. */
  plan(ordinal: number, options?: { readonly streaming?: boolean }): Promise<Part>
  /** Records that the platform posted it, as `ref`. */
  posted(partId: string, ref: string): Promise<void>
  /** Records that its stream was closed: from now on it is an ordinary message. */
  streamClosed(partId: string): Promise<void>
  /** Records that it is gone from the platform, or was never there. Its ordinal may be planned again with a new key. */
  removed(partId: string): Promise<void>
  /** Of these platform messages, those that are Parts of other Messages of the same Dialogue. */
  others(refs: readonly string[]): Promise<ReadonlySet<string>>
}
