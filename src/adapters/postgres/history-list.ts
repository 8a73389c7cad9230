import { type RawBuilder, sql } from 'kysely'
import type { DialogueEntry, HistoryFilter, OpenedDialogue, Page, PageRequest } from '../../core/history.ts'
import type { Handle } from './database.ts'
import { readPage, toPage } from './history-cursor.ts'
import { type EntryRow, entryColumns, entryJoins, toEntry } from './history-entry.ts'
import { allOf, narrowed, speakersOf, spokenIn } from './history-filter.ts'
import { reach } from './history-reach.ts'
import { hidden, mayRead, mayRename, type Sight } from './history-visible.ts'

/** People who said no more than this are quickest found from what they said; others from what is newest. */
const fewMessages = 5_000

export async function listDialogues(
  handle: Handle,
  sight: Sight,
  filter: HistoryFilter,
  request: PageRequest,
): Promise<Page<DialogueEntry>> {
  const { after, limit } = readPage(request)
  const narrow = narrowed(sight, { filter, after })
  const candidates = await candidatesOf(handle, sight, filter, narrow, limit + 1)
  const { rows } = await sql<EntryRow>`
    select ${entryColumns(sight)}
    from ${candidates} as candidate
    join dialogues as d on d.id = candidate.id
    ${entryJoins}
    where ${mayRead(sight)} and ${narrow}
    order by d.used_at desc, d.id desc
    limit ${limit + 1}`.execute(handle)
  return toPage(rows, limit, toEntry)
}

/** Rows (id, used_at) among which the page is. */
async function candidatesOf(
  handle: Handle,
  sight: Sight,
  filter: HistoryFilter,
  narrow: RawBuilder<boolean>,
  limit: number,
): Promise<RawBuilder<unknown>> {
  const speakers = speakersOf(sight, filter)
  const [first, ...others] = speakers
  if (!first) return reach(sight, narrow, limit)
  const further = others.map(spokenIn)
  const { rows } = await sql<{ said: number }>`
    select count(*)::int as said
    from (select from messages where author_id = any(${first}) limit ${fewMessages}) as counted`.execute(
    handle,
  )
  if ((rows[0]?.said ?? 0) < fewMessages)
    return sql`(
      select d.id, d.used_at from dialogues as d
      where d.id in (select dialogue_id from messages where author_id = any(${first}))
        and ${allOf([mayRead(sight), narrow, ...further])}
      order by d.used_at desc, d.id desc limit ${limit})`
  return sql`(
    select d.id, d.used_at from dialogues as d
    where ${allOf([mayRead(sight), narrow, spokenIn(first), ...further])}
    order by d.used_at desc, d.id desc limit ${limit})`
}

export async function pinnedDialogues(handle: Handle, sight: Sight): Promise<readonly DialogueEntry[]> {
  const { rows } = await sql<EntryRow>`
    select ${entryColumns(sight)}
    from dialogues as d
    ${entryJoins}
    where d.id in (
        select dialogue_id from dialogue_marks
        where member_id = ${sight.viewer.memberId} and pinned_at is not null)
      and ${mayRead(sight)} and not ${hidden(sight)}
    order by d.used_at desc, d.id desc`.execute(handle)
  return rows.map(toEntry)
}

export async function findDialogue(
  handle: Handle,
  sight: Sight,
  dialogueId: string,
): Promise<OpenedDialogue | undefined> {
  const { rows } = await sql<EntryRow & { readonly may_rename: boolean }>`
    select ${entryColumns(sight)}, ${mayRename(sight)} as may_rename
    from dialogues as d
    ${entryJoins}
    where d.id = ${dialogueId} and ${mayRead(sight)}`.execute(handle)
  return rows[0] && { ...toEntry(rows[0]), mayRename: rows[0].may_rename }
}
