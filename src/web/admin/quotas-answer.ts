import type { Context } from 'hono'
import { parseAmount } from '../../core/amount.ts'
import { ParleyError } from '../../core/errors.ts'
import { decideRequest, type QuotaRequest } from '../../core/quota-request.ts'
import type { WebEnv } from '../context.ts'
import { type NoticeKey, withNotice } from '../frame.ts'
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
  const decision = { ...actOf(c, deps), requestId: sent.id, amount }
  const notice = await decided(() =>
    deps.store.atomically(stores => decideRequest(stores, authorityIn(c), decision)),
  )
  return c.redirect(withNotice(adminPath(c, 'quotas'), notice), 303)
}

/** Who comes second is told so: the request was answered all the same. */
async function decided(decide: () => Promise<QuotaRequest>): Promise<NoticeKey> {
  try {
    const { state } = await decide()
    return state === 'granted' ? 'moreGranted' : 'moreDeclined'
  } catch (thrown) {
    if (thrown instanceof ParleyError && thrown.code === 'conflict') return 'moreAnswered'
    throw thrown
  }
}
