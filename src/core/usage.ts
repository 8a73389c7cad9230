/** What one ModelCall consumed, as the provider counted it. */
export interface Usage {
  /** All tokens of the prompt, cached ones included. */
  readonly inputTokens: number
  /** Those of `inputTokens` that the provider served from its cache. */
  readonly cachedInputTokens: number
  readonly outputTokens: number
  /** Millionths of a dollar; absent when the model's price is not known. */
  readonly costMicros?: number
}

export type CallPurpose = 'answer' | 'summary' | 'title' | 'moderation' | 'relay'

/** One request to a model that was made under a Reservation, and what it consumed. Kept once for each `callId`. */
export interface SpentCall {
  readonly callId: string
  readonly purpose: CallPurpose
  /** The model that was asked for; its price is the one that counts. */
  readonly model: string
  readonly provider?: string
  /** Whose it is, when not the Agent of the claim. */
  readonly agentId?: string
  /** A cost that the provider told goes before the price of the model. */
  readonly usage: Usage
  /** Counted by Parley itself, because the provider never said. */
  readonly estimated?: boolean
  /** When it was made: the price of that moment holds. */
  readonly atMs: number
}
