import { sql } from 'kysely'
import type { AudiencePlace } from '../../core/audience.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'

/** Each private thread costs a question of its own: those used last are asked about. */
const maxPrivateThreads = 200

/** Channels and private threads of this platform in which there are Dialogues; direct messages are no candidates. */
export async function candidatePlaces(handle: Handle, platform: Platform): Promise<readonly AudiencePlace[]> {
  const threads = await handle
    .selectFrom('dialogues')
    .select(['workspace_id', 'channel_id', 'thread_id'])
    .where('platform', '=', platform)
    .where('private_thread', '=', true)
    .where('direct', '=', false)
    .orderBy('used_at', 'desc')
    .limit(maxPrivateThreads)
    .execute()
  return [
    ...(await channelsOf(handle, platform)),
    ...threads.map(row => ({
      platform,
      workspaceId: row.workspace_id,
      channelId: row.channel_id,
      threadId: row.thread_id,
    })),
  ]
}

/** From one channel to the next in the index: costs what there are channels, not what there are Dialogues. */
async function channelsOf(handle: Handle, platform: Platform): Promise<readonly AudiencePlace[]> {
  const { rows } = await sql<{ workspace_id: string; channel_id: string }>`
    with recursive channels as (
      (select workspace_id, channel_id from dialogues
        where platform = ${platform} and not direct
        order by workspace_id, channel_id limit 1)
      union all
      select next.workspace_id, next.channel_id
      from channels, lateral (
        select workspace_id, channel_id from dialogues
        where platform = ${platform} and not direct
          and (workspace_id, channel_id) > (channels.workspace_id, channels.channel_id)
        order by workspace_id, channel_id limit 1) as next
    )
    select workspace_id, channel_id from channels`.execute(handle)
  return rows.map(row => ({ platform, workspaceId: row.workspace_id, channelId: row.channel_id }))
}
