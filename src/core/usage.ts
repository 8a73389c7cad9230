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

export const noUsage: Usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }

export function addUsage(a: Usage, b: Usage): Usage {
  const costMicros =
    a.costMicros === undefined && b.costMicros === undefined
      ? undefined
      : (a.costMicros ?? 0) + (b.costMicros ?? 0)
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(costMicros === undefined ? {} : { costMicros }),
  }
}
