import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type ErrorCode, toParleyError } from '../core/errors.ts'

const statuses: Partial<Record<ErrorCode, 400 | 401 | 403 | 404 | 409 | 422 | 429 | 503>> = {
  unauthenticated: 401,
  forbidden: 403,
  email_unconfirmed: 403,
  not_found: 404,
  conflict: 409,
  invalid: 422,
  quota_exceeded: 429,
  rate_limited: 429,
  database_unavailable: 503,
}

/** What was thrown, as RFC 9457 tells it. */
export function problemOf(c: Context, thrown: unknown, nowMs: number): Response {
  if (thrown instanceof HTTPException) {
    const body = {
      type: 'about:blank',
      status: thrown.status,
      code: 'invalid',
      detail: 'This request cannot be read.',
    }
    return c.json(body, thrown.status, { 'content-type': 'application/problem+json' })
  }
  const error = toParleyError(thrown)
  const status = statuses[error.code] ?? 500
  const errors = error.fields.map(({ field, code }) => ({ field, message: code }))
  return c.json(
    {
      type: 'about:blank',
      status,
      code: error.code,
      detail: error.message,
      ...(errors.length > 0 ? { errors } : {}),
      ...(error.retryAfterMs === undefined
        ? {}
        : { resetsAt: new Date(nowMs + error.retryAfterMs).toISOString() }),
    },
    status,
    { 'content-type': 'application/problem+json' },
  )
}
