import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, toParleyError } from '../../core/errors.ts'
import type { QuotaRefusalReason, QuotaStanding } from '../../core/quota.ts'

/** A request that was not relayed, or whose upstream failed before its first byte, as OpenAI's wire says such things. */
export class RelayRefusal extends Error {
  readonly status: ContentfulStatusCode
  readonly type: string
  readonly code: string
  readonly param: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly resetsAtMs: number | undefined

  constructor(
    status: ContentfulStatusCode,
    type: string,
    code: string,
    message: string,
    more: RefusalMore = {},
  ) {
    super(message, { cause: more.cause })
    this.name = 'RelayRefusal'
    this.status = status
    this.type = type
    this.code = code
    this.param = more.param
    this.headers = more.headers ?? {}
    this.resetsAtMs = more.resetsAtMs
  }
}

interface RefusalMore {
  readonly param?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly resetsAtMs?: number
  readonly cause?: unknown
}

/** `{error: {message, type, param, code}}`, and `resetsAt` for a spent quota. */
export function refusalBody({ message, type, code, param, resetsAtMs }: RelayRefusal) {
  return {
    error: {
      message,
      type,
      param: param ?? null,
      code,
      ...(resetsAtMs === undefined ? {} : { resetsAt: new Date(resetsAtMs).toISOString() }),
    },
  }
}

export function invalidRequest(message: string, param?: string): RelayRefusal {
  return new RelayRefusal(
    400,
    'invalid_request_error',
    'invalid_request',
    message,
    param === undefined ? {} : { param },
  )
}

export function notTheKey(message: string): RelayRefusal {
  return new RelayRefusal(401, 'invalid_request_error', 'invalid_api_key', message, {
    headers: { 'WWW-Authenticate': 'Bearer' },
  })
}

export function notAllowed(code: string, message: string): RelayRefusal {
  return new RelayRefusal(403, 'permission_error', code, message)
}

/** Programs that try again by themselves are told that it does not help. */
const noUseTrying = { 'x-should-retry': 'false' }

const unitNames = { requests: 'requests', tokens: 'tokens', costMicros: 'dollars' } as const

export function quotaSpent(
  { refusedBy, reason }: { readonly refusedBy: QuotaStanding; readonly reason: QuotaRefusalReason },
  nowMs: number,
): RelayRefusal {
  const { rule, limit, used, held, resetsAtMs } = refusedBy
  if (reason === 'price_unknown') {
    return new RelayRefusal(
      429,
      'insufficient_quota',
      'price_unknown',
      'Nobody has said what this model costs, and a limit in money holds here. Whoever manages Parley can set its price.',
      { headers: noUseTrying },
    )
  }
  const amount = (value: number) =>
    rule.unit === 'costMicros' ? (value / 1_000_000).toFixed(2) : String(value)
  const resetsAt = new Date(resetsAtMs).toISOString()
  const inUse = held > 0 ? `, ${amount(held)} held` : ''
  return new RelayRefusal(
    429,
    'insufficient_quota',
    'quota_exceeded',
    `The limit of ${amount(limit)} ${unitNames[rule.unit]} per ${rule.period} has no room for this (${amount(used)} used${inUse}). It resets at ${resetsAt}. Whoever manages Parley can give more.`,
    {
      resetsAtMs,
      headers: {
        ...noUseTrying,
        'Retry-After': String(Math.max(1, Math.ceil((resetsAtMs - nowMs) / 1_000))),
      },
    },
  )
}

interface Row {
  readonly status: ContentfulStatusCode
  readonly type: string
  readonly code: string
}

const rows: Partial<Record<ErrorCode, Row>> = {
  invalid: { status: 400, type: 'invalid_request_error', code: 'invalid_request' },
  not_found: { status: 404, type: 'invalid_request_error', code: 'not_found' },
  forbidden: { status: 403, type: 'permission_error', code: 'forbidden' },
  account_suspended: { status: 403, type: 'permission_error', code: 'account_suspended' },
  not_allowed: { status: 403, type: 'permission_error', code: 'not_allowed' },
  email_unconfirmed: { status: 403, type: 'permission_error', code: 'email_unconfirmed' },
  quota_exceeded: { status: 429, type: 'insufficient_quota', code: 'quota_exceeded' },
  rate_limited: { status: 429, type: 'rate_limit_error', code: 'rate_limited' },
  model_unreachable: { status: 502, type: 'upstream_error', code: 'upstream_unreachable' },
  model_malformed: { status: 502, type: 'upstream_error', code: 'upstream_malformed' },
  database_unavailable: { status: 503, type: 'server_error', code: 'unavailable' },
}

/** Whatever was thrown, for a program; the cause stays for the log. */
export function refusalOf(thrown: unknown): RelayRefusal {
  if (thrown instanceof RelayRefusal) return thrown
  const error = toParleyError(thrown)
  const { status, type, code } = rows[error.code] ?? { status: 500, type: 'server_error', code: 'internal' }
  return new RelayRefusal(status, type, code, error.message, {
    cause: thrown,
    ...(error.resetsAtMs === undefined ? {} : { resetsAtMs: error.resetsAtMs, headers: noUseTrying }),
  })
}
