import { type Authority, checkManages } from './authority.ts'
import { ParleyError } from './errors.ts'
import type { Act } from './managing.ts'
import type { QuotaRequest } from './quota-request.ts'
import type { Stores } from './store.ts'
import { parseWorkspace, type Workspace, workspaceKey } from './workspace.ts'

/** The kinds of the notices of a request that was answered. */
export const requestNotices = { granted: 'quota_granted', declined: 'quota_declined' } as const

/**
 * Grants this much more until the limit starts anew, or declines; whoever asked is told on the web. In a transaction.
 * False when somebody else answered first. Throws `not_found`, and `forbidden` for who does not manage what is asked.
 */
export async function answerRequest(
  stores: Stores,
  act: Act,
  authority: Authority,
  { id, amount }: { readonly id: string; readonly amount: number | undefined },
): Promise<boolean> {
  const request = await stores.quotaRequests.find(id)
  if (!request) throw new ParleyError('not_found', 'There is no such request.')
  checkManages(authority, managedAs(request))
  const state = amount === undefined ? 'declined' : 'granted'
  const decision = {
    state,
    by: act.memberId,
    atMs: act.atMs,
    ...(amount === undefined ? {} : { amount }),
  } as const
  if (!(await stores.quotaRequests.decide(id, decision))) return false
  const { subject, unit, bucket } = request
  if (amount !== undefined) await stores.quotas.grant({ subject, unit, bucket, amount })
  await stores.audits.add({
    atMs: act.atMs,
    actorId: act.memberId,
    action: `quota_request_${state}`,
    subject: request.askerId,
    detail: {
      workspace: workspaceKey(request.place),
      unit,
      period: bucket,
      before: request.limit,
      after: request.limit + (amount ?? 0),
    },
    ...(act.address === undefined ? {} : { address: act.address }),
  })
  const asker = await stores.members.ofIdentity(request.askerId)
  if (asker)
    await stores.notices.add(asker.id, {
      kind: requestNotices[state],
      detail: { unit, ...(amount === undefined ? {} : { amount }) },
      atMs: act.atMs,
    })
  return true
}

/** Who manages a workspace gives more of what is counted there; what is counted everywhere is the installation's. */
function managedAs({ subject, place, scope }: QuotaRequest): Workspace | undefined {
  const [, counted] = /^person:.*@([^@]+)$/.exec(subject) ?? []
  if (scope !== 'member') return place
  return counted === undefined ? undefined : parseWorkspace(counted)
}
