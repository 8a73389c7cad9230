import { type RawBuilder, sql } from 'kysely'
import type { Access } from '../../core/history.ts'
import type { Viewer } from '../../core/member.ts'

/** Who looks, and when: an Audience's word and broken glass hold for a time only. */
export interface Sight {
  readonly viewer: Viewer
  readonly now: Date
}

/**
 * Why this Viewer may read the row `d` of dialogues, or null when they may not. Nothing on the web is read past this
 * one expression. Its questions do not depend on the row, so that many rows are asked at the cost of one.
 */
export function accessTo(sight: Sight): RawBuilder<Access | null> {
  const { viewer } = sight
  return sql<Access | null>`case
    when d.owner_id = any(${identitiesOf(sight)}) then 'own'
    when d.platform = 'web' and d.id in (
      select dialogue_id from dialogue_members where member_id = ${viewer.memberId}
      union all ${throughWorkspace(sight)}) then 'invited'
    when not d.direct
      and (d.platform, d.workspace_id, d.channel_id) in (
        select platform, workspace_id, channel_id from ${readable(sight)} where thread_id = '')
      and (not d.private_thread or (d.platform, d.workspace_id, d.channel_id, d.thread_id) in (
        select platform, workspace_id, channel_id, thread_id from ${readable(sight)} where thread_id <> ''))
      then 'audience'
    when d.id in (${behindGlass(sight)}) then 'glass'
  end`
}

/** True for the rows `d` of dialogues that this Viewer may read. */
export function mayRead(sight: Sight): RawBuilder<boolean> {
  return sql<boolean>`(${accessTo(sight)}) is not null`
}

/** True for those to which this Viewer may give another title, of those they may read. */
export function mayRename(sight: Sight): RawBuilder<boolean> {
  return sql<boolean>`(${accessTo(sight)} = 'own' or exists (
    select from messages
    where messages.dialogue_id = d.id and messages.author_id = any(${identitiesOf(sight)})))`
}

export function identitiesOf({ viewer }: Sight): RawBuilder<readonly string[]> {
  return sql`${[...viewer.identityIds]}::text[]`
}

/** Places that one of the Viewer's accounts can read on its platform now. */
export function readable(sight: Sight): RawBuilder<unknown> {
  return sql`(
    select platform, workspace_id, channel_id, thread_id from audience_places
    where identity_id = any(${identitiesOf(sight)}) and valid_until > ${sight.now}::timestamptz) as readable`
}

/** Ids of Dialogues to which everybody of a workspace is invited where the Viewer can read something now. */
export function throughWorkspace(sight: Sight): RawBuilder<unknown> {
  return sql`select dialogue_id from dialogue_workspaces
    where (platform, workspace_id) in (select platform, workspace_id from ${readable(sight)})`
}

/** Ids of Dialogues that this Viewer reads behind broken glass. */
export function behindGlass({ viewer, now }: Sight): RawBuilder<unknown> {
  return sql`select dialogue_id from break_glasses
    where member_id = ${viewer.memberId} and until > ${now}::timestamptz`
}

/** True for the rows `d` that this Viewer took out of their lists. */
export function hidden({ viewer }: Sight): RawBuilder<boolean> {
  return sql<boolean>`d.id in (
    select dialogue_id from dialogue_marks where member_id = ${viewer.memberId} and hidden_at is not null)`
}
