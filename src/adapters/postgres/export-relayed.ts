import type { ExportedRelay } from '../../core/export.ts'
import type { Handle } from './database.ts'

/** In the order of ids, after this one. */
export async function exportRelayed(
  handle: Handle,
  memberId: string,
  after: string | undefined,
  limit: number,
): Promise<readonly ExportedRelay[]> {
  const rows = await handle
    .selectFrom('relayed_requests')
    .select(['id', 'at', 'model', 'request', 'response'])
    .where('member_id', '=', memberId)
    .where('id', '>', after ?? '')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id, at, model, request, response }) => ({
    id,
    at: at.toISOString(),
    model,
    request: Buffer.from(request).toString('utf8'),
    response: Buffer.from(response).toString('utf8'),
  }))
}
