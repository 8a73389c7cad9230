import { type RawBuilder, sql } from 'kysely'
import {
  behindGlass,
  identitiesOf,
  mayRead,
  readable,
  type Sight,
  throughWorkspace,
} from './history-visible.ts'

/**
 * The newest Dialogues a Viewer may read, `limit` of them where there are, as rows (id, used_at), by the shortest ways
 * there: from their accounts, from the channels they can read, from what they were let into one by one. These are ways
 * there and no rights: whoever reads what they lead to asks `mayRead`, which takes none of them away. Costs the same at
 * any depth and however much others have.
 *
 * Of the channels only those with the newest heads can have a part in the newest: the others are not looked into.
 */
export function reach(sight: Sight, where: RawBuilder<boolean>, limit: number): RawBuilder<unknown> {
  const newest = sql`${where} order by d.used_at desc, d.id desc limit ${limit}`
  const inChannel = sql`not d.direct and not d.private_thread and d.platform = channel.platform
    and d.workspace_id = channel.workspace_id and d.channel_id = channel.channel_id`
  return sql`(
    (select own.id, own.used_at
    from unnest(${identitiesOf(sight)}) as identity (id)
    cross join lateral (
      select d.id, d.used_at from dialogues as d where d.owner_id = identity.id and ${newest}) as own)
    union
    select found.id, found.used_at
    from (
      select channel.*
      from (
        select distinct platform, workspace_id, channel_id from ${readable(sight)} where thread_id = ''
      ) as channel
      cross join lateral (
        select d.id, d.used_at from dialogues as d where ${inChannel} and ${where}
        order by d.used_at desc, d.id desc limit 1) as head
      order by head.used_at desc, head.id desc limit ${limit}
    ) as channel
    cross join lateral (
      select d.id, d.used_at from dialogues as d where ${inChannel} and ${newest}) as found
    union
    (select d.id, d.used_at from dialogues as d where d.id in (${oneByOne(sight)}) and ${mayRead(sight)} and ${newest})
    order by used_at desc, id desc limit ${limit})`
}

function oneByOne(sight: Sight): RawBuilder<unknown> {
  return sql`
    select dialogue_id from dialogue_members where member_id = ${sight.viewer.memberId}
    union all
    ${throughWorkspace(sight)}
    union all
    ${behindGlass(sight)}
    union all
    select dialogues.id from ${readable(sight)}
    join dialogues using (platform, workspace_id, channel_id, thread_id)
    where readable.thread_id <> ''`
}
