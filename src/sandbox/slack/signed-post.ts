import { createHmac } from 'node:crypto'
import { type Fields, isFields } from './args.ts'
import type { Envelope } from './entry.ts'

/** How one attempt to deliver ended. */
export type AttemptOutcome =
  | { readonly acked: true; readonly response?: Fields }
  | { readonly acked: false; readonly reason: FailureReason; readonly noRetry?: boolean }

export type FailureReason =
  | 'timeout'
  | 'http_timeout'
  | 'http_error'
  | 'connection_failed'
  | 'too_many_redirects'

export interface SignedPost {
  readonly url: string
  readonly signingSecret: string
  readonly nowMs: number
  readonly timeoutMs: number
  readonly retry?: { readonly num: number; readonly reason: string }
}

/** Events travel as JSON, commands as a form, interactions as a form with the JSON in `payload`. */
export function bodyOf({ type, payload }: Pick<Envelope, 'type' | 'payload'>): {
  readonly body: string
  readonly contentType: string
} {
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' }
  const fields = type === 'interactive' ? { payload: JSON.stringify(payload) } : stringFields(payload)
  return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' }
}

const stringFields = (payload: Fields) =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]))

/** One signed POST, as Slack's Events API sends it. */
export async function signedPost(
  { body, contentType }: { readonly body: string; readonly contentType: string },
  to: SignedPost,
): Promise<AttemptOutcome> {
  const timestamp = String(Math.floor(to.nowMs / 1000))
  const signature = createHmac('sha256', to.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  try {
    const response = await fetch(to.url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(to.timeoutMs),
      headers: {
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
        ...(to.retry && {
          'x-slack-retry-num': String(to.retry.num),
          'x-slack-retry-reason': to.retry.reason,
        }),
      },
    })
    return await outcomeOf(response)
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    return { acked: false, reason: late ? 'http_timeout' : 'connection_failed' }
  }
}

async function outcomeOf(response: Response): Promise<AttemptOutcome> {
  const text = await response.text()
  if (response.ok) return { acked: true, ...responseOf(text) }
  const redirected = response.status >= 300 && response.status < 400
  return {
    acked: false,
    reason: redirected ? 'too_many_redirects' : 'http_error',
    noRetry: response.headers.get('x-slack-no-retry') === '1',
  }
}

/** A command may be answered by JSON or by plain text; an event's answer is empty. */
function responseOf(text: string): { readonly response?: Fields } {
  if (text === '') return {}
  try {
    const parsed = JSON.parse(text) as unknown
    return isFields(parsed) ? { response: parsed } : {}
  } catch {
    return { response: { text } }
  }
}
