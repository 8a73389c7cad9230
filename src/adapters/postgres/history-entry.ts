import { type RawBuilder, sql } from 'kysely'
import type { Access, DialogueEntry } from '../../core/history.ts'
import type { Platform } from '../../core/thread.ts'
import { toThread } from './dialogue-row.ts'
import { type Key, usedOfRow } from './history-cursor.ts'
import { accessTo, type Sight } from './history-visible.ts'

export interface EntryRow extends Key {
  readonly platform: Platform
  readonly workspace_id: string
  readonly channel_id: string
  readonly thread_id: string
  readonly direct: boolean
  readonly title: string
  readonly used_at: Date
  readonly access: Access
  readonly channel_name: string | null
  readonly workspace_name: string | null
  readonly readers: number | null
  readonly pinned: boolean
  readonly published: boolean
  readonly answering: boolean
}

/** The columns of an entry, of the row `d`, with `places` joined as `entryJoins` says. */
export function entryColumns(sight: Sight): RawBuilder<EntryRow> {
  return sql<EntryRow>`
    d.id, ${usedOfRow} as used, d.platform, d.workspace_id, d.channel_id, d.thread_id, d.direct, d.title, d.used_at,
    ${accessTo(sight)} as access,
    places.name as channel_name, places.workspace_name, places.readers,
    exists (
      select from dialogue_marks as mark
      where mark.member_id = ${sight.viewer.memberId} and mark.dialogue_id = d.id
        and mark.pinned_at is not null) as pinned,
    exists (select from publications where publications.dialogue_id = d.id) as published,
    (exists (
      select from turns where turns.dialogue_id = d.id and turns.state in ('accepted', 'running'))
    or exists (
      select from turns where turns.dialogue_id = d.id and turns.state = 'delivering')) as answering`
}

export const entryJoins = sql`
  left join places on places.platform = d.platform and places.workspace_id = d.workspace_id
    and places.channel_id = d.channel_id`

export function toEntry(row: EntryRow): DialogueEntry {
  return {
    id: row.id,
    thread: toThread(row),
    direct: row.direct,
    title: row.title,
    access: row.access,
    ...(row.channel_name === null ? {} : { channelName: row.channel_name }),
    ...(row.workspace_name === null ? {} : { workspaceName: row.workspace_name }),
    ...(row.readers === null ? {} : { readers: row.readers }),
    pinned: row.pinned,
    published: row.published,
    answering: row.answering,
    usedAtMs: row.used_at.getTime(),
  }
}
