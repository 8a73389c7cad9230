import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type ErrorCode, ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { sentenceOf } from '../problem.ts'
import type { Typed } from '../views/field.ts'
import type { Notice } from '../views/notice.ts'

/** These fields of a sent form as texts; one that was not sent is empty. */
export async function readForm<Name extends string>(
  c: Context,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const body = await c.req.parseBody()
  const entries = names.map(name => {
    const value = body[name]
    return [name, typeof value === 'string' ? value : ''] as const
  })
  return Object.fromEntries(entries) as Record<Name, string>
}

/** A form that was not taken, to be shown again. */
export interface Refused {
  readonly typed: Typed
  readonly status: ContentfulStatusCode
  readonly notice: Notice
}

const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  invalid: 422,
  email_taken: 409,
  username_taken: 409,
  conflict: 409,
  invalid_credentials: 401,
  account_suspended: 403,
  rate_limited: 429,
  token_invalid: 410,
}

/** What to show beside a form whose sending failed. Throws again what no one at a form can mend. */
export function refusedForm(c: Context<WebEnv>, thrown: unknown, values: Typed['values']): Refused {
  const status = thrown instanceof ParleyError ? statuses[thrown.code] : undefined
  if (!(thrown instanceof ParleyError) || status === undefined) throw thrown
  if (thrown.retryAfterMs !== undefined)
    c.header('Retry-After', String(Math.ceil(thrown.retryAfterMs / 1000)))
  return {
    typed: { values, problems: thrown.fields },
    status,
    notice: { kind: 'bad', text: sentenceOf(c.get('words'), thrown) },
  }
}
