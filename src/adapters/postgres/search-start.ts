import { sql } from 'kysely'
import type { HistoryFilter } from '../../core/history.ts'
import type { Handle } from './database.ts'
import { allOf } from './history-filter.ts'
import { behindGlass, identitiesOf, readable, type Sight, throughWorkspace } from './history-visible.ts'

/** Who reads more places is not searched by place: naming them all costs more than it saves. */
const mostPlaces = 60

/** Dialogues that hold about as much as is read before words are looked up. */
const lately = 200

/** Platforms' clocks are not ours: what is said may be dated that much after its Dialogue was used. */
const msAhead = 3_600_000

/** What is asked before a search, in one statement. */
export interface SearchStart {
  /** Texts wait for their words to be made. */
  readonly isBehind: boolean
  /** By when everything was said. */
  readonly newestMs: number
  /** How long the newest Dialogues reach back, everybody's. */
  readonly reachesMs: number
  /**
   * A tsquery of the places in which something may be that this Viewer may read, undefined when there are too many to
   * name. It is a way there and no right: it leaves nothing out, and whoever reads what it leads to asks `mayRead`.
   */
  readonly places: string | undefined
}

export async function startSearch(
  handle: Handle,
  sight: Sight,
  { platform, workspaceId, channelId }: HistoryFilter,
): Promise<SearchStart> {
  const asked = allOf([
    ...(platform === undefined ? [] : [sql`platform = ${platform}`]),
    ...(workspaceId === undefined ? [] : [sql`workspace_id = ${workspaceId}`]),
    ...(channelId === undefined ? [] : [sql`channel_id = ${channelId}`]),
  ])
  const { rows } = await sql<{
    behind: boolean
    newest: Date | null
    since: Date | null
    clock: Date
    places: readonly string[]
  }>`
    select pace.*, now() as clock,
      exists (select from messages where search is null)
        or exists (select from dialogues where search is null) as behind,
      array(
        select search_owner(id) from unnest(${identitiesOf(sight)}) as identity (id)
        union
        (select distinct search_channel(platform, workspace_id, channel_id) from ${readable(sight)} where ${asked}
        limit ${mostPlaces})
        union
        select search_channel(platform, workspace_id, channel_id) from dialogues
        where id in (
          select dialogue_id from dialogue_members where member_id = ${sight.viewer.memberId}
          union all
          ${throughWorkspace(sight)}
          union all
          ${behindGlass(sight)}) and ${asked}
        limit ${mostPlaces}) as places
    from (
      select max(used_at) as newest, min(used_at) as since
      from (select used_at from dialogues order by used_at desc, id desc limit ${lately}) as newest
    ) as pace`.execute(handle)
  const { behind = false, newest = null, since = null, clock = sight.now, places = [] } = rows[0] ?? {}
  const newestMs = (newest ?? clock).getTime()
  return {
    isBehind: behind,
    // The database dates Dialogues, and others what is said in them.
    newestMs: newestMs + Math.max(0, sight.now.getTime() - clock.getTime()) + msAhead,
    reachesMs: newestMs - (since ?? clock).getTime(),
    places: places.length < mostPlaces ? places.map(word => `'${word}'`).join(' | ') : undefined,
  }
}
