import type { ErrorCode } from '../../core/errors.ts'
import { isRetryable, ParleyError } from '../../core/errors.ts'
import type { LanguageModel, ModelEvent, ModelRequest, ModelResponse } from '../../core/model.ts'
import type { FailedAttempt, ProviderHealth } from '../../core/provider.ts'
import type { Upstream, Upstreams } from './upstreams.ts'

/** For these the next provider is asked; what is wrong with the request itself is wrong everywhere. */
const passedOn: ReadonlySet<ErrorCode> = new Set([
  'model_overloaded',
  'model_rate_limited',
  'model_unreachable',
  'model_malformed',
  'model_auth',
  'model_not_found',
])

export interface ModelRouter extends LanguageModel {
  /** Who may answer for this model, in the order in which they are asked; without one, everybody. */
  upstreams(model?: string): Promise<readonly Upstream[]>
  health(): Promise<readonly ProviderHealth[]>
}

/**
 * Asks the provider that serves the model and, when it cannot answer, the next one, as long as no text came. The
 * response says who answered and who was asked before. Only the last one is waited for with patience.
 */
export function createModelRouter(
  upstreams: Upstreams,
  built: Pick<LanguageModel, 'name' | 'practice'>,
): ModelRouter {
  const candidates = async (model: string) => inOrder(await upstreams.list(), model)
  return {
    ...built,
    upstreams: model => (model === undefined ? upstreams.list() : candidates(model)),
    async health() {
      return (await upstreams.list()).map(({ provider, breaker }) => breaker.health(provider.id))
    },
    stream: (request, signal) => stream(candidates, request, signal),
  }
}

/** Who names the model comes before who takes whatever is asked, practice last; who rests comes last of all. */
function inOrder(all: readonly Upstream[], model: string): readonly Upstream[] {
  const naming = all.filter(({ provider }) => provider.models.includes(model))
  const taking = all.filter(one => one.takesAny && !naming.includes(one))
  const able = [
    ...naming,
    ...taking.filter(one => !one.model.practice),
    ...taking.filter(one => one.model.practice),
  ]
  return [...able.filter(one => !one.breaker.rests()), ...able.filter(one => one.breaker.rests())]
}

async function* stream(
  candidates: (model: string) => Promise<readonly Upstream[]>,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void> {
  const able = await candidates(request.model)
  const tried: FailedAttempt[] = []
  let first: ParleyError | undefined
  for (const [at, upstream] of able.entries()) {
    const isLast = at === able.length - 1
    const seen = { text: false }
    for await (const event of upstream.model.stream(request, signal, isLast ? undefined : { retries: 0 })) {
      if (event.type === 'text') {
        seen.text = true
        yield event
        continue
      }
      const response = { ...event.response, ...trace(upstream, tried, able.length) }
      if (event.type === 'finished') {
        upstream.breaker.succeeded()
        yield { type: 'finished', response }
        return
      }
      upstream.breaker.failed(event.error)
      const goesOn = !seen.text && !signal.aborted && passedOn.has(event.error.code)
      if (!goesOn || isLast) {
        const error = goesOn && first && isRetryable(first) ? first : event.error
        yield { type: 'failed', error, response }
        return
      }
      first ??= event.error
      tried.push({ provider: upstream.provider.name, error: event.error.code })
    }
  }
  yield { type: 'failed', error: noProvider(), response: { choices: [] } }
}

/** With one provider there is nothing to tell. */
function trace(
  { provider }: Upstream,
  tried: readonly FailedAttempt[],
  able: number,
): Pick<ModelResponse, 'provider' | 'tried'> {
  if (able === 1 && provider.isEnvironment) return {}
  return { provider: provider.name, ...(tried.length > 0 ? { tried: [...tried] } : {}) }
}

function noProvider(): ParleyError {
  return new ParleyError('model_not_found', 'No model service here has this model.')
}
