import { ParleyError, toParleyError } from './errors.ts'
import type { FailedAttempt } from './provider.ts'
import type { Usage } from './usage.ts'

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What is asked of a model; kept whole with the ModelCall so that an answer can be reproduced. */
export interface ModelRequest {
  readonly model: string
  readonly messages: readonly ModelMessage[]
  readonly maxTokens: number
  readonly temperature?: number
  readonly topP?: number
  readonly stop?: readonly string[]
}

/** What came back; on a failure, as much of it as had arrived. */
export interface ModelResponse {
  /** The provider's id of this completion. */
  readonly providerId?: string
  /** The model that really answered, which may be a dated variant of the one asked. */
  readonly model?: string
  readonly choices: readonly {
    readonly index: number
    readonly role: 'assistant'
    readonly content: string
    /** The provider's own word: `stop`, `length`, `content_filter`… Absent when the stream broke off. */
    readonly finishReason?: string
  }[]
  /** The provider that gave it, when there is a choice of them; those that were asked before and why they did not. */
  readonly provider?: string
  readonly tried?: readonly FailedAttempt[]
  /** Absent when the provider never said. */
  readonly usage?: Usage & { readonly totalTokens: number }
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'finished'; readonly response: ModelResponse }
  | { readonly type: 'failed'; readonly error: ParleyError; readonly response: ModelResponse }

/**
 * A language model behind one port.
 *
 * `stream` yields any number of `text` events, whose texts joined are choice 0's content, and then exactly
 * one `finished` or `failed`, after which it ends. It never rejects: an abort is `failed` with `aborted`, and
 * what was received before a failure stays in `response`. It retries only what failed before the first text,
 * within its own bounds, and reports `context_overflow` without retrying. Codes: `model_auth`,
 * `model_not_found`, `model_rate_limited`, `model_overloaded`, `model_unreachable`, `model_malformed`,
 * `model_refused` (any other 4xx), `context_overflow`, `content_filtered`, `aborted`.
 */
export interface LanguageModel {
  /** For logs and pages: `practice model`, or the host it is served from. */
  readonly name: string
  /** True when no real model is configured. */
  readonly practice: boolean
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** Asks, and waits until it is over: what came back, and what it failed with if it did. Never rejects. */
export async function askWhole(
  model: LanguageModel,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<{ readonly response: ModelResponse; readonly error?: ParleyError }> {
  const nothing = { choices: [] }
  try {
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'finished') return { response: event.response }
      if (event.type === 'failed') return { response: event.response, error: event.error }
    }
    return { response: nothing, error: new ParleyError('model_malformed', 'The model gave no end.') }
  } catch (thrown) {
    return { response: nothing, error: toParleyError(thrown) }
  }
}
