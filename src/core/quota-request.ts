import { type Authority, checkManages } from './authority.ts'
import { ParleyError } from './errors.ts'
import { mailNews } from './mail-news.ts'
import type { QuotaPath, QuotaRefusal, QuotaStanding, QuotaUnit } from './quota.ts'
import type { Stores } from './store.ts'
import { tellLater } from './telling.ts'
import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** Somebody asks those who manage for more of a limit, for the rest of its period. */
export interface QuotaRequest {
  readonly id: string
  /** Who asks: an Identity. */
  readonly askerId: string
  readonly place: Place
  readonly unit: QuotaUnit
  readonly bucket: string
  readonly subject: string
  readonly scope: QuotaStanding['rule']['scope']
  /** The workspace's own limit: who manages it may give more. Of others' limits those who manage everything. */
  readonly own: boolean
  /** As they were when it was asked. */
  readonly limit: number
  readonly used: number
  readonly resetsAtMs: number
  readonly requestedAtMs: number
  /** Why, in the asker's words. */
  readonly reason?: string
  readonly state: 'open' | 'granted' | 'declined'
  readonly decidedBy?: string
  readonly decidedAtMs?: number
  /** How much was given on top. */
  readonly amount?: number
}

export interface QuotaRequests {
  /** False when the same person's request for the same limit and period is open or was decided already. */
  add(request: Omit<QuotaRequest, 'state'>): Promise<boolean>
  find(id: string): Promise<QuotaRequest | undefined>
  /** Open ones first, then newest first; of one workspace, or of all. */
  list(workspace: Workspace | undefined, limit: number): Promise<readonly QuotaRequest[]>
  /** Decides an open one; false when somebody else was first. */
  decide(
    id: string,
    decision: {
      readonly state: 'granted' | 'declined'
      readonly by: string
      readonly atMs: number
      readonly amount?: number
    },
  ): Promise<boolean>
}

/** Longest reason, in characters. */
export const maxQuotaReasonLength = 500

export type AskedMore = 'asked' | 'asked_before' | 'nothing_spent'

/** A limit, as whoever asks for more of it knows it. */
export interface SpentLimit extends Pick<QuotaRefusal, 'scope' | 'unit' | 'period'> {
  /** Whether the workspace set it itself; either where that is not known. */
  readonly own?: boolean
}

/**
 * Asks those who manage for more of the limit that stands in this person's way: the one they were refused by, else
 * one that is spent. They see it on the web, are told on their platforms and by mail. To be called in a transaction.
 */
export async function requestMore(
  stores: Stores,
  asking: QuotaPath & {
    readonly id: string
    readonly thread: Place
    readonly reason?: string
    readonly refusal?: SpentLimit
  },
): Promise<AskedMore> {
  const { id, askerId, thread, atMs, refusal } = asking
  const reason = asking.reason?.trim().slice(0, maxQuotaReasonLength) ?? ''
  const standing = inTheWay(await stores.quotas.standing(asking), refusal)
  if (!standing) return 'nothing_spent'
  const { rule, subject, bucket, limit, used, held, resetsAtMs } = standing
  const own = rule.workspace !== undefined
  const { platform, workspaceId, channelId } = thread
  const isNew = await stores.quotaRequests.add({
    id,
    askerId,
    place: { platform, workspaceId, channelId },
    scope: rule.scope,
    own,
    subject,
    unit: rule.unit,
    bucket,
    limit,
    used: used + held,
    resetsAtMs,
    requestedAtMs: atMs,
    ...(reason === '' ? {} : { reason }),
  })
  if (!isNew) return 'asked_before'
  for (const memberId of await stores.workspaceRoles.managing(own ? thread : undefined))
    await tellManager(stores, memberId, { id, unit: rule.unit, limit, atMs })
  return 'asked'
}

function inTheWay(
  standings: readonly QuotaStanding[],
  refusal: SpentLimit | undefined,
): QuotaStanding | undefined {
  const hard = standings.filter(({ rule }) => !rule.soft)
  return (
    hard.find(
      ({ rule }) =>
        rule.scope === refusal?.scope &&
        rule.unit === refusal.unit &&
        rule.period === refusal.period &&
        (refusal.own === undefined || refusal.own === (rule.workspace !== undefined)),
    ) ?? hard.find(({ used, held, limit }) => used + held >= limit)
  )
}

async function tellManager(
  stores: Stores,
  memberId: string,
  {
    id,
    unit,
    limit,
    atMs,
  }: { readonly id: string; readonly unit: QuotaUnit; readonly limit: number; readonly atMs: number },
): Promise<void> {
  const detail = { requestId: id, unit, limit }
  await stores.notices.add(memberId, { kind: 'quota_asked', detail, atMs })
  const member = await stores.members.find(memberId)
  if (member) await mailNews(stores, member, { kind: 'quota_asked' })
  for (const { id: identityId, platform } of await stores.members.identities(memberId))
    if (platform !== 'web') await tellLater(stores.jobs, identityId, { news: 'quota_asked', requestId: id })
}

/**
 * Gives more of the limit for the rest of its period, or declines, and tells the asker. Throws `forbidden` for who does
 * not manage the limit, `not_found`, and `conflict` when it was decided before. To be called in a transaction.
 */
export async function decideRequest(
  stores: Stores,
  authority: Authority,
  decision: {
    readonly requestId: string
    /** None declines. */
    readonly amount: number | undefined
    readonly atMs: number
    readonly address?: string
  },
): Promise<QuotaRequest> {
  const { requestId, amount, atMs, address } = decision
  const request = await stores.quotaRequests.find(requestId)
  if (!request) throw new ParleyError('not_found', 'There is no such request.')
  checkManages(authority, request.own ? request.place : undefined)
  if (amount !== undefined && (!Number.isSafeInteger(amount) || amount < 1))
    throw new ParleyError('invalid', 'Give a whole number of at least 1.', {
      fields: [{ field: 'amount', code: 'out_of_range' }],
    })
  const state = amount === undefined ? 'declined' : 'granted'
  const by = authority.memberId
  const first = await stores.quotaRequests.decide(requestId, {
    state,
    by,
    atMs,
    ...(amount === undefined ? {} : { amount }),
  })
  if (!first) throw new ParleyError('conflict', 'Somebody decided this already.')
  const { subject, unit, bucket, askerId, limit } = request
  if (amount !== undefined) await stores.quotas.grant({ subject, unit, bucket, amount })
  await stores.audits.add({
    atMs,
    actorId: by,
    action: `quota_${state}`,
    subject,
    detail: { requestId, unit, bucket, limitBefore: limit, limitAfter: limit + (amount ?? 0) },
    ...(address === undefined ? {} : { address }),
  })
  const news = `quota_${state}` as const
  const asker = await stores.members.ofIdentity(askerId)
  const detail = { requestId, unit, amount: amount ?? 0 }
  if (asker) await stores.notices.add(asker.id, { kind: news, detail, atMs })
  await tellLater(stores.jobs, askerId, { news, requestId })
  return { ...request, state, decidedBy: by, decidedAtMs: atMs, ...(amount === undefined ? {} : { amount }) }
}
