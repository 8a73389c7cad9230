import { ParleyError } from './errors.ts'
import {
  type QuotaPath,
  type QuotaRefusal,
  type QuotaRefusalReason,
  type QuotaStanding,
  spentQuota,
} from './quota.ts'
import type { Stores } from './store.ts'

type Lookups = Pick<Stores, 'members' | 'quotas'>

/** What this person is told of it, in their time zone. */
export async function refusalFor(
  { members }: Pick<Lookups, 'members'>,
  askerId: string,
  { refusedBy, reason }: { readonly refusedBy: QuotaStanding; readonly reason: QuotaRefusalReason },
): Promise<QuotaRefusal> {
  const { rule, used, held, limit, resetsAtMs, timeZone } = refusedBy
  const member = await members.ofIdentity(askerId)
  return {
    reason,
    scope: rule.scope,
    unit: rule.unit,
    period: rule.period,
    limit,
    used: used + held,
    resetsAtMs,
    timeZone: member?.settings.timeZone ?? timeZone,
  }
}

/** Throws `quota_exceeded`, with all that is to be said of it, when nothing is left on some level of this path. */
export async function checkAllowance(stores: Lookups, path: QuotaPath): Promise<void> {
  const refusedBy = spentQuota(await stores.quotas.standing(path))
  if (!refusedBy) return
  const quota = await refusalFor(stores, path.askerId, { refusedBy, reason: 'spent' })
  throw new ParleyError('quota_exceeded', 'There is no allowance left for this.', {
    resetsAtMs: quota.resetsAtMs,
    quota,
  })
}
