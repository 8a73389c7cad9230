import { type RawBuilder, sql } from 'kysely'
import type { HistoryFilter } from '../../core/history.ts'
import { comesAfter, type Key } from './history-cursor.ts'
import { hidden, identitiesOf, type Sight } from './history-visible.ts'

/** What narrows a list besides who looks at it. */
export interface Narrowing {
  readonly filter: HistoryFilter
  readonly after: Key | undefined
}

export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/** The conditions on the row `d`; who spoke is left to `spokenIn`, for it may be where to start from. */
export function narrowed(sight: Sight, { filter, after }: Narrowing): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [sql`not ${hidden(sight)}`]
  const { platform, workspaceId, channelId, fromMs, toMs } = filter
  if (platform !== undefined) conditions.push(sql`d.platform = ${platform}`)
  if (workspaceId !== undefined) conditions.push(sql`d.workspace_id = ${workspaceId}`)
  if (channelId !== undefined) conditions.push(sql`d.channel_id = ${channelId}`)
  if (fromMs !== undefined) conditions.push(sql`d.used_at >= ${new Date(fromMs)}::timestamptz`)
  if (toMs !== undefined) conditions.push(sql`d.used_at < ${new Date(toMs)}::timestamptz`)
  if (after) conditions.push(comesAfter(after))
  return allOf(conditions)
}

/** Those of whom each must have spoken: the person asked for, and the Viewer. */
export function speakersOf(sight: Sight, filter: HistoryFilter): readonly RawBuilder<readonly string[]>[] {
  return [
    ...(filter.personId === undefined ? [] : [sql<readonly string[]>`${[filter.personId]}::text[]`]),
    ...(filter.mine ? [identitiesOf(sight)] : []),
  ]
}

/** True for the rows `d` in which one of these spoke. */
export function spokenIn(speakers: RawBuilder<readonly string[]>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from messages where author_id = any(${speakers}) and dialogue_id = d.id)`
}
