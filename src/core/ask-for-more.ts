import type { QuotaPath, QuotaStanding } from './quota.ts'
import type { Stores } from './store.ts'

/** The kind of the notice that somebody asks for more, for those who manage. */
export const askedNoticeKind = 'quota_asked'

/**
 * Asks those who manage for more of this limit until it starts anew, and tells them. In a transaction. False when the
 * same was asked already.
 */
export async function askForMore(
  stores: Stores,
  id: string,
  { askerId, thread, atMs }: QuotaPath,
  { rule, subject, bucket, limit, used, held, resetsAtMs }: QuotaStanding,
): Promise<boolean> {
  const { platform, workspaceId, channelId } = thread
  const added = await stores.quotaRequests.add({
    id,
    askerId,
    place: { platform, workspaceId, channelId },
    unit: rule.unit,
    scope: rule.scope,
    bucket,
    subject,
    limit,
    used: used + held,
    resetsAtMs,
    requestedAtMs: atMs,
  })
  if (!added) return false
  const name = (await stores.identities.get([askerId])).get(askerId)?.name ?? null
  for (const memberId of await stores.workspaceRoles.managing(thread))
    await stores.notices.add(memberId, { kind: askedNoticeKind, detail: { name }, atMs })
  return true
}
