import type { Clock } from '../../core/clock.ts'
import type { ParleyError } from '../../core/errors.ts'
import type { LanguageModel, ModelEvent, ModelRequest, ModelResponse } from '../../core/model.ts'
import { parseChunk } from './chunk.ts'
import { createServiceClient, type ServiceClient, type ServiceOptions } from './client.ts'
import { createDraft, type Draft } from './draft.ts'
import { aborted, failureOf, filtered, isTimeout, malformed, toModelError, tookTooLong } from './errors.ts'
import { type Quirk, quirkOf, toBody } from './quirk.ts'
import { maxRetries, pauseBeforeRetryMs } from './retry.ts'

export interface OpenAiModelOptions extends ServiceOptions {
  readonly name?: string
  readonly practice?: boolean
  readonly clock: Clock
  readonly random: () => number
}

interface Service extends ServiceClient {
  readonly clock: Clock
  readonly random: () => number
  /** What is known of each model, by its name. */
  readonly quirks: Map<string, ReadonlySet<Quirk>>
}

type Text = Extract<ModelEvent, { readonly type: 'text' }>

interface Outcome {
  readonly response: ModelResponse
  readonly error?: ParleyError
  /** Whether asking again at once is sensible: nothing was said yet, and no long wait went by. */
  readonly again: boolean
}

/** A model of one service, which can be told not to try again by itself. */
export interface OpenAiModel extends LanguageModel {
  stream(
    request: ModelRequest,
    signal: AbortSignal,
    patience?: { readonly retries: number },
  ): AsyncIterable<ModelEvent>
}

/** A model behind any service that speaks OpenAI's Chat Completions. */
export function createOpenAiModel(options: OpenAiModelOptions): OpenAiModel {
  const { clock, random } = options
  const service: Service = { ...createServiceClient(options), clock, random, quirks: new Map() }
  return {
    name: options.name ?? new URL(options.baseUrl).host,
    practice: options.practice ?? false,
    stream: (request, signal, patience) => stream(service, request, signal, patience?.retries ?? maxRetries),
  }
}

async function* stream(
  service: Service,
  request: ModelRequest,
  signal: AbortSignal,
  mostRetries: number,
): AsyncGenerator<ModelEvent, void> {
  for (let retries = 0; ; retries += 1) {
    const { response, error, again } = yield* attempt(service, request, signal)
    if (!error) return yield { type: 'finished', response }
    const pauseMs =
      again && retries < mostRetries ? pauseBeforeRetryMs(error, retries, service.random) : undefined
    if (pauseMs === undefined) return yield { type: 'failed', error, response }
    await service.clock.sleep(pauseMs, signal)
    if (signal.aborted) return yield { type: 'failed', error: aborted(), response }
  }
}

async function* attempt(
  service: Service,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<Text, Outcome> {
  const draft = createDraft()
  const deadline = startDeadline(service.timeouts.totalMs, signal)
  try {
    if (signal.aborted) return { response: draft.response(), error: aborted(), again: false }
    for await (const value of await send(service, request, deadline.signal)) {
      const chunk = parseChunk(value)
      if (!chunk) throw malformed('a chunk that is no object')
      draft.add(chunk)
      if (chunk.text) yield { type: 'text', text: chunk.text }
    }
    return outcomeOf(draft, problemOf(draft, deadline))
  } catch (thrown) {
    if (signal.aborted || deadline.expired) return outcomeOf(draft, problemOf(draft, deadline))
    // All was said; only the usage that comes after was lost.
    if (draft.finishReason !== undefined) return outcomeOf(draft, problemOf(draft, deadline))
    const error = toModelError(thrown, service.redact, service.clock.nowMs())
    return { response: draft.response(), error, again: !draft.started && !isTimeout(thrown) }
  } finally {
    deadline.end()
  }
}

function outcomeOf(draft: Draft, error: ParleyError | undefined): Outcome {
  const again = !draft.started && error?.code === 'model_malformed'
  return { response: draft.response(), ...(error ? { error } : {}), again }
}

/** What is wrong with an answer whose stream has ended. */
function problemOf(draft: Draft, deadline: Deadline): ParleyError | undefined {
  if (deadline.expired) return tookTooLong()
  if (deadline.signal.aborted) return aborted()
  if (draft.finishReason === undefined) return malformed('the stream ended without a finish_reason')
  if (draft.finishReason === 'content_filter') return filtered()
  return undefined
}

/** Asks, and asks anew around each parameter that the model turns out not to take. */
async function send(
  service: Service,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<unknown>> {
  const known = service.quirks.get(request.model) ?? new Set<Quirk>()
  for (let tried: ReadonlySet<Quirk> = known; ; ) {
    try {
      const openai = await service.openai()
      const chunks = await openai.chat.completions.create(toBody(request, tried), { signal })
      if (tried !== known) service.quirks.set(request.model, tried)
      return chunks
    } catch (thrown) {
      const quirk = quirkOf(failureOf(thrown))
      if (!quirk || tried.has(quirk)) throw thrown
      tried = new Set([...tried, quirk])
    }
  }
}

interface Deadline {
  /** Aborted by the caller, by the time running out, or by the end. */
  readonly signal: AbortSignal
  readonly expired: boolean
  end(): void
}

function startDeadline(totalMs: number, caller: AbortSignal): Deadline {
  const controller = new AbortController()
  let expired = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    expired = true
    abort()
  }, totalMs)
  caller.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    get expired() {
      return expired
    },
    end() {
      clearTimeout(timer)
      caller.removeEventListener('abort', abort)
      abort()
    },
  }
}
