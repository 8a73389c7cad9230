import type { QuotaRequest, QuotaRequests } from '../../core/quota-request.ts'
import type { QuotaRequestTable } from './quota-tables.ts'
import type { Session } from './session.ts'

export function createQuotaRequests({ handle }: Session): QuotaRequests {
  const all = () => handle.selectFrom('quota_requests').selectAll()
  return {
    async add(request) {
      const { numInsertedOrUpdatedRows } = await handle
        .insertInto('quota_requests')
        .values({
          id: request.id,
          asker_id: request.askerId,
          platform: request.place.platform,
          workspace_id: request.place.workspaceId,
          channel_id: request.place.channelId,
          scope: request.scope,
          subject: request.subject,
          unit: request.unit,
          bucket: request.bucket,
          most: request.limit,
          used: request.used,
          resets_at: new Date(request.resetsAtMs),
          requested_at: new Date(request.requestedAtMs),
          reason: request.reason ?? null,
        })
        .onConflict(conflict => conflict.columns(['asker_id', 'subject', 'unit', 'bucket']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },
    async find(id) {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row && toRequest(row)
    },
    async list(workspace, limit) {
      const rows = workspace
        ? all().where('platform', '=', workspace.platform).where('workspace_id', '=', workspace.workspaceId)
        : all()
      const found = await rows
        .orderBy(eb => eb('state', '=', 'open'), 'desc')
        .orderBy('requested_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute()
      return found.map(toRequest)
    },
    async decide(id, { state, by, atMs, amount }) {
      const row = await handle
        .updateTable('quota_requests')
        .set({ state, decided_by: by, decided_at: new Date(atMs), amount: amount ?? null })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
  }
}

function toRequest(row: QuotaRequestTable & { readonly state: QuotaRequest['state'] }): QuotaRequest {
  return {
    id: row.id,
    askerId: row.asker_id,
    place: { platform: row.platform, workspaceId: row.workspace_id, channelId: row.channel_id },
    scope: row.scope,
    subject: row.subject,
    unit: row.unit,
    bucket: row.bucket,
    limit: Number(row.most),
    used: Number(row.used),
    resetsAtMs: row.resets_at.getTime(),
    requestedAtMs: row.requested_at.getTime(),
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.decided_at === null ? {} : { decidedAtMs: row.decided_at.getTime() }),
    ...(row.amount === null ? {} : { amount: Number(row.amount) }),
  }
}
