import type { Usage } from './usage.ts'

/** What a model costs, in millionths of a dollar for a million tokens, from a moment on. */
export interface Price {
  readonly model: string
  readonly inputMicros: number
  /** As `inputMicros` when absent. */
  readonly cachedInputMicros?: number
  readonly outputMicros: number
  readonly sinceMs: number
}

export interface Prices {
  /** The price of a model at a moment; undefined when nobody said one: unknown, which is not nothing. */
  at(model: string, atMs: number): Promise<Price | undefined>
  /** The newest of each model. */
  current(): Promise<readonly Price[]>
  /** Newest first. */
  history(model: string): Promise<readonly Price[]>
  /** Holds from its moment on; what was used before keeps what it cost. */
  set(price: Price): Promise<void>
}

/** What this costs, rounded up to whole millionths of a dollar. */
export function costOf(price: Price, usage: Usage): number {
  const { inputMicros, cachedInputMicros = inputMicros, outputMicros } = price
  const fresh = usage.inputTokens - usage.cachedInputTokens
  const sum =
    fresh * inputMicros + usage.cachedInputTokens * cachedInputMicros + usage.outputTokens * outputMicros
  return Math.ceil(sum / 1_000_000)
}
