import { sql } from 'kysely'
import type { HistoryFacets } from '../../core/history.ts'
import { toDisplayName } from '../../core/speaker.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import { allOf } from './history-filter.ts'
import { reach } from './history-reach.ts'
import { hidden, mayRead, readable, type Sight } from './history-visible.ts'

/** Those who spoke in this many of the newest Dialogues can be asked for by name: twice what a page lists. */
const newest = 80

const maxPeople = 200

interface PlaceRow {
  readonly platform: Platform
  readonly workspace_id: string
  readonly channel_id: string
  readonly name: string | null
  readonly workspace_name: string | null
}

export async function readFacets(handle: Handle, sight: Sight): Promise<HistoryFacets> {
  // Which of a channel's Dialogues may be read is asked when they are: its name is no secret to who reads it.
  const { rows: places } = await sql<PlaceRow>`
    select channel.*, places.name, places.workspace_name
    from (select distinct platform, workspace_id, channel_id from ${readable(sight)}) as channel
    left join places using (platform, workspace_id, channel_id)
    where exists (
      select from dialogues as d
      where not d.direct and d.platform = channel.platform and d.workspace_id = channel.workspace_id
        and d.channel_id = channel.channel_id)
    order by channel.platform, places.workspace_name, channel.workspace_id, places.name, channel.channel_id
  `.execute(handle)
  const { rows: people } = await sql<{ id: string; name: string | null }>`
    select identities.id, identities.name
    from identities
    where identities.id in (
      select messages.author_id
      from (
        select d.id from ${reach(sight, allOf([sql`not ${hidden(sight)}`]), newest)} as near
        join dialogues as d on d.id = near.id
        where ${mayRead(sight)}
        order by d.used_at desc, d.id desc limit ${newest}
      ) as d
      join messages on messages.dialogue_id = d.id)
    order by identities.name nulls last, identities.id
    limit ${maxPeople}`.execute(handle)
  return {
    places: places.map(row => ({
      platform: row.platform,
      workspaceId: row.workspace_id,
      ...(row.workspace_name === null ? {} : { workspaceName: row.workspace_name }),
      channelId: row.channel_id,
      ...(row.name === null ? {} : { channelName: row.name }),
    })),
    people: people.map(({ id, name }) => ({ identityId: id, name: toDisplayName(name ?? undefined) })),
  }
}
