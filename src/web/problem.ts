import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, type ParleyError, toParleyError } from '../core/errors.ts'
import type { FieldProblem } from '../core/field-problem.ts'
import { type Words, wordsIn } from '../core/words.ts'
import type { WebEnv } from './context.ts'

/** What went wrong, for a program. */
export interface Problem {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly detail: string
  readonly fields?: readonly FieldProblem[]
  readonly resetsAtMs?: number | undefined
}

/** RFC 9457, with a stable `code`, and `errors` for what was typed. */
export function problem(
  c: Context<WebEnv>,
  { status, code, detail, fields = [], resetsAtMs }: Problem,
): Response {
  const { problems } = wordsOf(c)
  const errors = fields.map(one => ({ field: one.field, message: problems.field(one) }))
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  return c.json(
    {
      type: 'about:blank',
      status,
      code,
      detail,
      ...(errors.length > 0 ? { errors } : {}),
      ...(resetsAtMs === undefined ? {} : { resetsAt: new Date(resetsAtMs).toISOString() }),
    },
    status,
    { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  )
}

/** Whatever was thrown, as a problem; the cause stays for the log. */
export function problemOf(c: Context<WebEnv>, thrown: unknown): Response {
  const { problems } = wordsOf(c)
  if (thrown instanceof HTTPException && thrown.status < 500) {
    const isLarge = thrown.status === 413
    return problem(c, {
      status: isLarge ? 413 : 400,
      code: isLarge ? 'too_large' : 'invalid',
      detail: isLarge ? problems.tooLarge : problems.notJson,
    })
  }
  const error = toParleyError(thrown)
  if (error.retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(error.retryAfterMs / 1_000)))
  return problem(c, {
    status: statusOf(error.code),
    code: error.code,
    detail: sentenceOf(wordsOf(c), error),
    fields: error.fields,
    resetsAtMs: error.resetsAtMs,
  })
}

const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  invalid: 422,
  unauthenticated: 401,
  invalid_credentials: 401,
  account_suspended: 403,
  email_unconfirmed: 403,
  forbidden: 403,
  not_allowed: 403,
  link_needed: 403,
  moderated: 403,
  roles_unread: 503,
  not_found: 404,
  email_taken: 409,
  username_taken: 409,
  conflict: 409,
  token_invalid: 410,
  rate_limited: 429,
  quota_exceeded: 429,
  database_unavailable: 503,
  platform_unavailable: 503,
}

export function statusOf(code: ErrorCode): ContentfulStatusCode {
  return statuses[code] ?? 500
}

const minuteMs = 60_000

/** One calm sentence with what to do next. */
export function sentenceOf({ problems }: Words, { code, retryAfterMs = 0 }: ParleyError): string {
  if (code === 'rate_limited') return problems.rateLimited(Math.ceil(retryAfterMs / minuteMs))
  const name = sentences[code]
  return name === undefined ? problems.internal : problems[name]
}

type Sentence = Exclude<keyof Words['problems'], 'rateLimited' | 'field' | 'scope'>

const sentences: Partial<Record<ErrorCode, Sentence>> = {
  invalid: 'invalid',
  unauthenticated: 'unauthenticated',
  invalid_credentials: 'invalidCredentials',
  account_suspended: 'suspended',
  email_unconfirmed: 'unconfirmed',
  forbidden: 'forbidden',
  not_found: 'notFound',
  email_taken: 'emailTaken',
  username_taken: 'usernameTaken',
  conflict: 'conflict',
  token_invalid: 'tokenInvalid',
  quota_exceeded: 'quotaExceeded',
  not_allowed: 'notAllowed',
  link_needed: 'linkNeeded',
  moderated: 'moderated',
  roles_unread: 'unavailable',
  database_unavailable: 'unavailable',
  platform_unavailable: 'unavailable',
}

/** A request may fail before its language is known. */
function wordsOf(c: Context<WebEnv>): Words {
  return (c.get('words') as Words | undefined) ?? wordsIn('en')
}
