import { sql } from 'kysely'
import type { RetentionRule } from '../../core/retention.ts'
import type { Handle } from './database.ts'

/** The relay is a channel of the web: its own rule goes before that of the workspace. */
export async function sweepRelayed(
  handle: Handle,
  { platform, workspaceId, channelId }: RetentionRule,
  cutoff: Date,
  limit: number,
): Promise<number> {
  if (platform !== 'web' || (channelId !== undefined && channelId !== 'relay')) return 0
  const { numAffectedRows } = await sql`
    delete from relayed_requests where id in (
      select id from relayed_requests
      where at < ${cutoff} and (${channelId ?? ''} = 'relay' or not exists (
        select from retention_rules
        where platform = 'web' and workspace_id = ${workspaceId} and channel_id = 'relay'))
      order by at limit ${limit})`.execute(handle)
  return Number(numAffectedRows ?? 0)
}
