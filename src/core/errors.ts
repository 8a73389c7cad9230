import type { FieldProblem } from './field-problem.ts'
import type { QuotaRefusal } from './quota.ts'

/**
 * Every failure Parley knows by name. A code is stable: pages, chat texts and HTTP statuses hang on it.
 * `model_*` come from a language model, `platform_*` from Slack, Discord or the web.
 */
export type ErrorCode =
  | 'model_auth'
  | 'model_not_found'
  | 'model_rate_limited'
  | 'model_overloaded'
  | 'model_unreachable'
  | 'model_malformed'
  | 'model_refused'
  | 'context_overflow'
  | 'content_filtered'
  | 'answer_cut'
  | 'aborted'
  | 'platform_unavailable'
  | 'platform_refused'
  | 'platform_auth'
  | 'quota_exceeded'
  | 'not_allowed'
  | 'link_needed'
  | 'moderated'
  | 'roles_unread'
  | 'email_unconfirmed'
  | 'email_taken'
  | 'username_taken'
  | 'unauthenticated'
  | 'invalid_credentials'
  | 'account_suspended'
  | 'token_invalid'
  | 'forbidden'
  | 'rate_limited'
  | 'lease_lost'
  | 'not_found'
  | 'invalid'
  | 'conflict'
  | 'database_unavailable'
  | 'internal'

export interface ErrorDetails {
  readonly cause?: unknown
  /** The other side asked to wait this long. */
  readonly retryAfterMs?: number
  /** When there is an allowance again. */
  readonly resetsAtMs?: number
  /** Which limit is spent. */
  readonly quota?: QuotaRefusal
  /** What was wrong with what was typed, field by field. */
  readonly fields?: readonly FieldProblem[]
}

/** The one error type: a code for machines, a message that is safe to show, the cause for the log. */
export class ParleyError extends Error {
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined
  readonly resetsAtMs: number | undefined
  readonly quota: QuotaRefusal | undefined
  readonly fields: readonly FieldProblem[]

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.name = 'ParleyError'
    this.code = code
    this.retryAfterMs = details.retryAfterMs
    this.resetsAtMs = details.resetsAtMs
    this.quota = details.quota
    this.fields = details.fields ?? []
  }
}

/** Anything thrown, as a ParleyError; what is not known by name becomes `internal` with itself as the cause. */
export function toParleyError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  return new ParleyError('internal', 'Something went wrong inside Parley.', { cause: thrown })
}

/** The ParleyError that a library wrapped, however deep; undefined for what is no failure of ours. */
export function wrappedError(thrown: unknown): ParleyError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ParleyError) return error
  }
  return undefined
}

/** What whoever works on a job is told once its lease is not theirs any more. */
export function leaseLost(cause?: unknown): ParleyError {
  return new ParleyError('lease_lost', 'Another process took over.', cause ? { cause } : {})
}

/** What a Rendering throws that was let go: another process shows the answer now. */
export function shownElsewhere(): ParleyError {
  return new ParleyError('lease_lost', 'Another process shows this answer.')
}

/** Whether a platform will never have it: that ends what was tried. Anything else is tried again later. */
export function isFinalRefusal({ code }: ParleyError): boolean {
  return code === 'platform_refused' || code === 'platform_auth'
}

const retryable: ReadonlySet<ErrorCode> = new Set([
  'model_rate_limited',
  'model_overloaded',
  'model_unreachable',
  'model_malformed',
  'platform_unavailable',
  'database_unavailable',
  'internal',
])

/** Whether doing the same again later can succeed. */
export function isRetryable(error: ParleyError): boolean {
  return retryable.has(error.code)
}
