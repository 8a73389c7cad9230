import type { Context } from 'hono'
import { parseAmount } from '../../core/amount.ts'
import { answerRequest } from '../../core/answer-request.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { actOf, adminPath, authorityIn } from './admin.ts'
import type { QuotaPages } from './quotas-pages.ts'

/** Grants or declines a request for more, and goes back to the page. Throws `invalid` for an amount that is none. */
export async function requestAnswered(
  c: Context<WebEnv>,
  deps: QuotaPages,
  sent: { readonly id: string; readonly grants: boolean; readonly amount: string },
): Promise<Response> {
  const request = await deps.store.quotaRequests.find(sent.id)
  if (!request) throw new ParleyError('not_found', 'There is no such request.')
  const amount = sent.grants ? parseAmount(request.unit, sent.amount) : undefined
  if (sent.grants && !amount)
    throw new ParleyError('invalid', 'This is no amount.', { fields: [{ field: 'more', code: 'malformed' }] })
  const answer = { id: sent.id, amount }
  const done = await deps.store.atomically(stores =>
    answerRequest(stores, actOf(c, deps), authorityIn(c), answer),
  )
  const notice = done ? (sent.grants ? 'moreGranted' : 'moreDeclined') : 'moreAnswered'
  return c.redirect(withNotice(adminPath(c, 'quotas'), notice), 303)
}
