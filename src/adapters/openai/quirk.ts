import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions'
import type { ModelRequest } from '../../core/model.ts'
import type { Failure } from './errors.ts'

/** A parameter that a model does not take, each with its way around: leave it out, or spell it anew. */
export type Quirk = 'stream_options' | 'max_tokens' | 'temperature' | 'top_p' | 'stop'

const quirks: readonly Quirk[] = ['stream_options', 'max_tokens', 'temperature', 'top_p', 'stop']

const rejection =
  /unsupported|not support|unrecognized|unknown|unexpected|extra (inputs|fields)|not (permitted|allowed)|instead/i

/** The request as the service gets it, around the parameters that this model is known not to take. */
export function toBody(
  request: ModelRequest,
  known: ReadonlySet<Quirk>,
): ChatCompletionCreateParamsStreaming {
  const { temperature, topP, stop } = request
  return {
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    ...(known.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    // Reasoning models of OpenAI refuse max_tokens; most other services know only that.
    ...(known.has('max_tokens')
      ? { max_completion_tokens: request.maxTokens }
      : { max_tokens: request.maxTokens }),
    ...(temperature === undefined || known.has('temperature') ? {} : { temperature }),
    ...(topP === undefined || known.has('top_p') ? {} : { top_p: topP }),
    ...(stop === undefined || known.has('stop') ? {} : { stop: [...stop] }),
  }
}

/** The parameter that a refusal names as one the model does not take, as opposed to a value out of range. */
export function quirkOf(failure: Failure | undefined): Quirk | undefined {
  if (!failure || (failure.status !== 400 && failure.status !== 422)) return undefined
  const isRejected = rejection.test(failure.message) || /^(unsupported|unknown)_/.test(failure.code ?? '')
  if (!isRejected) return undefined
  return quirks.find(quirk => failure.param === quirk || new RegExp(`\\b${quirk}\\b`).test(failure.message))
}
