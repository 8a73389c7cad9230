import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { sentenceOf, statusOf } from '../problem.ts'
import type { Typed } from '../views/field.ts'
import type { Notice } from '../views/notice.ts'

/** These fields of a sent form as texts, lines ending as they were typed; one that was not sent is empty. */
export async function readForm<Name extends string>(
  c: Context,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const body = await c.req.parseBody()
  const entries = names.map(name => {
    const value = body[name]
    // A browser sends line ends as CR LF, whatever was typed.
    return [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : ''] as const
  })
  return Object.fromEntries(entries) as Record<Name, string>
}

/** A form that was not taken, to be shown again. */
export interface Refused {
  readonly typed: Typed
  readonly status: ContentfulStatusCode
  readonly notice: Notice
}

/** What whoever sent it can do something about, there. */
const mended: ReadonlySet<ErrorCode> = new Set([
  'invalid',
  'email_taken',
  'username_taken',
  'conflict',
  'invalid_credentials',
  'account_suspended',
  'rate_limited',
  'token_invalid',
])

/** What to show beside a form whose sending failed. Throws again what no one at a form can mend. */
export function refusedForm(c: Context<WebEnv>, thrown: unknown, values: Typed['values']): Refused {
  if (!(thrown instanceof ParleyError) || !mended.has(thrown.code)) throw thrown
  if (thrown.retryAfterMs !== undefined)
    c.header('Retry-After', String(Math.ceil(thrown.retryAfterMs / 1000)))
  return {
    typed: { values, problems: thrown.fields },
    status: statusOf(thrown.code),
    notice: { kind: 'bad', text: sentenceOf(c.get('words'), thrown) },
  }
}
