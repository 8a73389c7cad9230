import { sql } from 'kysely'
import type { HistoryFilter } from '../../core/history.ts'
import type { Handle } from './database.ts'
import { allOf } from './history-filter.ts'
import { behindGlass, identitiesOf, readable, type Sight } from './history-visible.ts'

/** Who reads more places is not searched by place: naming them all costs more than it saves. */
const mostPlaces = 60

/**
 * A tsquery of the places in which something may be that this Viewer may read, undefined when there are too many to
 * name. It is a way there and no right: it leaves nothing out, and whoever reads what it leads to asks `mayRead`.
 */
export async function placesOf(
  handle: Handle,
  sight: Sight,
  { platform, workspaceId, channelId }: HistoryFilter,
): Promise<string | undefined> {
  const asked = allOf([
    ...(platform === undefined ? [] : [sql`platform = ${platform}`]),
    ...(workspaceId === undefined ? [] : [sql`workspace_id = ${workspaceId}`]),
    ...(channelId === undefined ? [] : [sql`channel_id = ${channelId}`]),
  ])
  const { rows } = await sql<{ word: string }>`
    select search_owner(id) as word from unnest(${identitiesOf(sight)}) as identity (id)
    union
    (select distinct search_channel(platform, workspace_id, channel_id) from ${readable(sight)} where ${asked}
    limit ${mostPlaces})
    union
    select search_channel(platform, workspace_id, channel_id) from dialogues
    where id in (
      select dialogue_id from dialogue_members where member_id = ${sight.viewer.memberId}
      union all
      ${behindGlass(sight)}) and ${asked}
    limit ${mostPlaces}`.execute(handle)
  return rows.length < mostPlaces ? rows.map(({ word }) => `'${word}'`).join(' | ') : undefined
}

/** Dialogues that hold about as much as is read before words are looked up. */
const lately = 200

/** Platforms' clocks are not ours: what is said may be dated that much after its Dialogue was used. */
const msAhead = 3_600_000

/** By when everything was said, as near as is quickly told, and how long the newest Dialogues reach back from there. */
export async function readPace(
  handle: Handle,
  { now }: Sight,
): Promise<{ readonly newestMs: number; readonly reachesMs: number } | undefined> {
  const { rows } = await sql<{ newest: Date; since: Date; clock: Date }>`
    select max(used_at) as newest, min(used_at) as since, now() as clock
    from (select used_at from dialogues order by used_at desc, id desc limit ${lately}) as newest
    having count(*) > 0`.execute(handle)
  const [pace] = rows
  if (!pace) return undefined
  const newest = pace.newest.getTime()
  // The database dates Dialogues, and others what is said in them.
  const ahead = Math.max(0, now.getTime() - pace.clock.getTime()) + msAhead
  return { newestMs: newest + ahead, reachesMs: newest - pace.since.getTime() }
}
