import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAIError } from 'openai/error'
import { type ErrorCode, type ErrorDetails, ParleyError } from '../../core/errors.ts'
import { retryAfterMsOf } from './retry.ts'

/** What a service said went wrong, in an HTTP answer or in the middle of a stream. */
export interface Failure {
  readonly status?: number
  readonly code?: string
  readonly type?: string
  readonly param?: string
  readonly message: string
}

interface Rule {
  readonly code: ErrorCode
  readonly says: string
  readonly when: (failure: Failure) => boolean
}

const says = {
  unreachable: 'The model service cannot be reached.',
  slow: 'The model service took too long to answer.',
  malformed: 'The model service sent an answer that cannot be read.',
  aborted: 'The answer was stopped.',
} as const

const tooLong =
  /maximum context length|context (window|length|size)|too many tokens|(prompt|input|request) is too (long|large)|reduce the length of|exceeds? the (model's )?(maximum|max).{0,40}tokens/i

/** The first rule that holds decides: what a service names by code comes before what only its status tells. */
const rules: readonly Rule[] = [
  {
    code: 'context_overflow',
    says: 'This is more text than the model can read at once.',
    when: failure =>
      named(failure, /^(context_length_exceeded|string_above_max_length|request_too_large)$/) ||
      failure.status === 413 ||
      (statusIn(failure, 400, 422) && tooLong.test(failure.message)) ||
      (failure.status === undefined && tooLong.test(failure.message)) ||
      // OpenAI's words for a single request above the whole allowance of a minute: waiting does not help it.
      (failure.status === 429 && /request too large/i.test(failure.message)),
  },
  {
    code: 'content_filtered',
    says: 'The model’s content filter refused this text.',
    when: failure =>
      named(
        failure,
        /^(content_filter|content_policy_violation|moderation_blocked|responsible_ai_policy)/i,
      ) ||
      (statusIn(failure, 400) && /content (management )?policy|content filter/i.test(failure.message)),
  },
  {
    code: 'model_refused',
    says: 'The account at the model service has no credit left.',
    when: failure =>
      failure.status === 402 ||
      named(failure, /^(insufficient_quota|billing_hard_limit_reached|billing_not_active)$/),
  },
  {
    code: 'model_auth',
    says: 'The model service does not accept the key.',
    when: failure =>
      statusIn(failure, 401, 403) ||
      named(failure, /^(invalid_api_key|authentication_error|permission_error)$/),
  },
  {
    code: 'model_not_found',
    says: 'The model service does not have this model.',
    when: failure =>
      failure.status === 404 ||
      named(failure, /^(model_not_found|not_found_error)$/) ||
      (statusIn(failure, 400) &&
        /model\b.{0,120}(does not exist|not found|is not available)/i.test(failure.message)),
  },
  {
    code: 'model_overloaded',
    says: 'The model service has too much to do right now.',
    when: failure =>
      statusIn(failure, 503, 529) ||
      named(failure, /overloaded|^engine_overloaded|^slow_down$/) ||
      (failure.status !== 429 && (failure.status ?? 500) >= 500 && /overloaded/i.test(failure.message)),
  },
  {
    code: 'model_rate_limited',
    says: 'The model service asks to slow down.',
    when: failure => failure.status === 429 || named(failure, /rate_limit|^too_many_requests$/),
  },
  {
    code: 'model_unreachable',
    says: says.unreachable,
    // 407 is the proxy in front of the service, 408 and 409 are the service's own timeouts and lock conflicts.
    when: failure =>
      statusIn(failure, 407, 408, 409) ||
      (failure.status === undefined ? !named(failure, /^invalid_request/) : failure.status >= 500),
  },
  { code: 'model_refused', says: 'The model service does not accept this request.', when: () => true },
]

/** One sentence and one code for what a service said; without a status or a known name it counts as unreachable. */
export function modelErrorOf(failure: Failure, details: ErrorDetails = {}): ParleyError {
  const rule = rules.find(candidate => candidate.when(failure))
  return new ParleyError(rule?.code ?? 'internal', rule?.says ?? says.unreachable, details)
}

/** What the service said, when `thrown` is such an answer and not a fault of the line. */
export function failureOf(thrown: unknown): Failure | undefined {
  if (!(thrown instanceof APIError) || thrown instanceof APIConnectionError) return undefined
  const status = thrown.status ?? statusFromCode(thrown.code)
  return {
    message: thrown.message,
    ...(status === undefined ? {} : { status }),
    ...(thrown.code == null ? {} : { code: String(thrown.code) }),
    ...(thrown.type == null ? {} : { type: String(thrown.type) }),
    ...(thrown.param == null ? {} : { param: String(thrown.param) }),
  }
}

/** Any failure of a call as a ParleyError. `redact` takes the secrets out of what is kept as the cause. */
export function toModelError(thrown: unknown, redact: (text: string) => string, nowMs: number): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  const cause = causeOf(thrown, redact)
  const failure = failureOf(thrown)
  if (failure) {
    const retryAfterMs = thrown instanceof APIError ? retryAfterMsOf(thrown.headers, nowMs) : undefined
    return modelErrorOf(failure, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  }
  if (isTimeout(thrown)) return new ParleyError('model_unreachable', says.slow, { cause })
  // The key cannot even be put in a header: a line break or a letter outside Latin-1 was pasted with it.
  if (/header value|ByteString/i.test(cause.message)) {
    return new ParleyError('model_auth', 'The key for the model service holds characters no key can have.', {
      cause,
    })
  }
  if (thrown instanceof APIConnectionError || isBrokenLine(thrown)) {
    return new ParleyError('model_unreachable', says.unreachable, { cause })
  }
  if (thrown instanceof SyntaxError || thrown instanceof OpenAIError) {
    return new ParleyError('model_malformed', says.malformed, { cause })
  }
  return new ParleyError('internal', 'Something went wrong inside Parley.', { cause })
}

/** A wait that ran out: connecting, for the first byte, or between two. */
export function isTimeout(thrown: unknown): boolean {
  if (thrown instanceof APIConnectionTimeoutError) return true
  const codes = causesOf(thrown).map(error => ('code' in error ? String(error.code) : ''))
  return codes.some(code => code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT')
}

export function malformed(detail: string): ParleyError {
  return new ParleyError('model_malformed', says.malformed, { cause: new Error(detail) })
}

export function tookTooLong(): ParleyError {
  return new ParleyError('model_unreachable', says.slow)
}

export function aborted(): ParleyError {
  return new ParleyError('aborted', says.aborted)
}

export function filtered(): ParleyError {
  return modelErrorOf({ code: 'content_filter', message: '' })
}

/** undici's word for a body that ended early is a TypeError `terminated` with the socket's error as its cause. */
function isBrokenLine(thrown: unknown): boolean {
  return thrown instanceof TypeError && thrown.cause instanceof Error
}

function named(failure: Failure, pattern: RegExp): boolean {
  return pattern.test(failure.code ?? '') || pattern.test(failure.type ?? '')
}

function statusIn(failure: Failure, ...statuses: readonly number[]): boolean {
  return failure.status !== undefined && statuses.includes(failure.status)
}

/** Some gateways send the upstream's HTTP status as the `code` of an error within a stream. */
function statusFromCode(code: unknown): number | undefined {
  const status = Number(code)
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined
}

/** A plain error for the log: no headers, no request, no secrets, of bounded length. */
function causeOf(thrown: unknown, redact: (text: string) => string): Error {
  const chain = causesOf(thrown).map(error => `${error.name}: ${error.message}`)
  return new Error(redact(chain.length > 0 ? chain.join(' ← ') : String(thrown)).slice(0, 500))
}

function causesOf(thrown: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let error = thrown; error instanceof Error && chain.length < 5; error = error.cause) chain.push(error)
  return chain
}
