import { type ErrorCode, ParleyError } from '../../core/errors.ts'
import { createServiceClient, type ServiceClient, type ServiceOptions } from './client.ts'
import { failureOf, toModelError } from './errors.ts'

export interface CheckOptions extends ServiceOptions {
  readonly model: string
  /** Says no also to a service that is only busy or fails: somebody asks how it does right now. */
  readonly strict?: boolean
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly error: ParleyError }

const fine: Verdict = { ok: true }

/**
 * Whether the configured service knows the key and the model, in one cheap look at start. It says no only
 * when it can name the variable to change; a service that is busy or lists no models gets no verdict.
 */
export async function checkModel(options: CheckOptions): Promise<Verdict> {
  const client = createServiceClient({ ...options, timeouts: { firstByteMs: 10_000, ...options.timeouts } })
  try {
    const found: unknown = await (await client.openai()).models.retrieve(options.model)
    return typeof found === 'object' && found !== null ? fine : notAService(options)
  } catch (thrown) {
    return failureOf(thrown)?.status === 404
      ? await checkList(client, options, thrown)
      : verdictOn(thrown, client, options)
  }
}

/** Not every service shows single models: one that lists others but not this one does not have it. */
async function checkList(client: ServiceClient, options: CheckOptions, before: unknown): Promise<Verdict> {
  try {
    const { data }: { readonly data: unknown } = await (await client.openai()).models.list()
    if (!Array.isArray(data) || data.length === 0) return fine
    const names = data.map(entry => String((entry as { readonly id?: unknown }).id))
    // Local services list `llama3:latest` for `llama3`.
    return names.some(name => name === options.model || name.startsWith(`${options.model}:`))
      ? fine
      : unknownModel(options)
  } catch (thrown) {
    if (failureOf(before)?.code === 'model_not_found') return unknownModel(options)
    return failureOf(thrown)?.status === 404 ? fine : verdictOn(thrown, client, options)
  }
}

function verdictOn(thrown: unknown, client: ServiceClient, options: CheckOptions): Verdict {
  // Only the code and the cause are used; a Retry-After, the one thing that needs the time, is not.
  const error = toModelError(thrown, client.redact, 0)
  const failure = failureOf(thrown)
  if (error.code === 'model_auth') {
    // A key may be allowed to chat and not to list models.
    if (/scope/i.test(failure?.message ?? '')) return fine
    return no(
      'model_auth',
      options.apiKey
        ? `OPENAI_API_KEY is not accepted by ${hostOf(options)}.`
        : `OPENAI_API_KEY is not set, and ${hostOf(options)} asks for a key.`,
      error,
    )
  }
  if (error.code === 'model_malformed') return notAService(options)
  if (failure === undefined) {
    const way = options.proxyUrl ? ' through the configured proxy' : ''
    return no(
      'model_unreachable',
      `OPENAI_BASE_URL cannot be reached: nothing answers at ${hostOf(options)}${way}.`,
      error,
    )
  }
  if (!options.strict) return fine
  return no(error.code, `${hostOf(options)} answers with an error.`, error)
}

function unknownModel(options: CheckOptions): Verdict {
  return no(
    'model_not_found',
    `OPENAI_MODEL names “${options.model}”, which ${hostOf(options)} does not have.`,
  )
}

function notAService(options: CheckOptions): Verdict {
  return no(
    'model_unreachable',
    `OPENAI_BASE_URL leads to ${hostOf(options)}, which does not answer like an OpenAI-compatible service.`,
  )
}

function no(code: ErrorCode, says: string, why?: ParleyError): Verdict {
  return { ok: false, error: new ParleyError(code, says, why ? { cause: why.cause } : {}) }
}

function hostOf({ baseUrl }: CheckOptions): string {
  return new URL(baseUrl).host
}
