import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { type ErrorCode, ParleyError } from '../../core/errors.ts'

/**
 * What is known of a failed call: `refused` and `limited` ones were not carried out; of an `unknown` one nobody
 * can say whether it was.
 */
export type CallOutcome = 'refused' | 'limited' | 'unknown'

/** A failed call to Slack. Holds Slack's own word for it, and never a token. */
export class SlackCallError extends ParleyError {
  readonly method: string
  readonly outcome: CallOutcome
  /** Slack's error code, such as `channel_not_found`. */
  readonly slackCode: string | undefined

  constructor(
    method: string,
    failure: {
      readonly code: ErrorCode
      readonly message: string
      readonly outcome: CallOutcome
      readonly slackCode?: string
      readonly retryAfterMs?: number
      readonly detail: string
    },
  ) {
    super(failure.code, failure.message, {
      cause: new Error(`${method}: ${failure.detail}`),
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    })
    this.method = method
    this.outcome = failure.outcome
    this.slackCode = failure.slackCode
  }
}

const authCodes: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'org_login_required',
  'team_access_not_granted',
])

/** Slack answers these when it broke in the middle: some of the work may have been done. */
const brokenCodes: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

const limitCodes: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited'])

/** A 429 without a usable Retry-After. */
const defaultRetryAfterMs = 1_000

/** What a failed call to Slack means. Total: whatever was thrown becomes a SlackCallError. */
export function toSlackError(method: string, thrown: unknown): SlackCallError {
  if (thrown instanceof SlackCallError) return thrown
  if (thrown instanceof WebAPIPlatformError) return ofCode(method, thrown)
  if (thrown instanceof WebAPIRateLimitedError) return limited(method, thrown.retryAfter * 1000)
  // The client's word for a 429 whose Retry-After it cannot read.
  if (thrown instanceof Error && thrown.message.startsWith('Retry header')) {
    return limited(method, defaultRetryAfterMs)
  }
  if (thrown instanceof WebAPIHTTPError) return unknown(method, `HTTP ${thrown.statusCode}`)
  if (thrown instanceof WebAPIRequestError) return unknown(method, thrown.original.name)
  return unknown(method, thrown instanceof Error ? thrown.name : 'not an error')
}

function ofCode(method: string, { data }: WebAPIPlatformError): SlackCallError {
  const word = String(data.error)
  // A body that is no JSON arrives here as the code: it could be a page of HTML.
  if (!/^[\w-]{1,80}$/.test(word)) return unknown(method, 'an answer that is no JSON')
  if (limitCodes.has(word)) {
    const seconds = data.response_metadata?.retryAfter
    return limited(method, seconds === undefined ? defaultRetryAfterMs : seconds * 1000)
  }
  if (brokenCodes.has(word)) return unknown(method, word)
  const auth = authCodes.has(word)
  return new SlackCallError(method, {
    code: auth ? 'platform_auth' : 'platform_refused',
    message: auth ? 'Slack refused the token.' : 'Slack refused the call.',
    outcome: 'refused',
    slackCode: word,
    detail: word,
  })
}

function limited(method: string, retryAfterMs: number): SlackCallError {
  return new SlackCallError(method, {
    code: 'platform_unavailable',
    message: 'Slack asks to wait.',
    outcome: 'limited',
    retryAfterMs,
    detail: 'too many calls',
  })
}

function unknown(method: string, detail: string): SlackCallError {
  return new SlackCallError(method, {
    code: 'platform_unavailable',
    message: 'Slack could not be reached.',
    outcome: 'unknown',
    detail,
  })
}

/** Whether Slack answered with one of these codes of its own. */
export function isSlackCode(thrown: unknown, ...codes: readonly string[]): boolean {
  return (
    thrown instanceof SlackCallError && thrown.slackCode !== undefined && codes.includes(thrown.slackCode)
  )
}
