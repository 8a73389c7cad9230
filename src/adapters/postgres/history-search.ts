import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Found, HistoryFilter, Page, PageRequest } from '../../core/history.ts'
import { readQuery, type Wanted } from '../../core/search-terms.ts'
import { snippetOf } from '../../core/snippet.ts'
import type { Handle } from './database.ts'
import { type Key, readPage, toPage, usedOfRow } from './history-cursor.ts'
import { type EntryRow, entryColumns, entryJoins, toEntry } from './history-entry.ts'
import { allOf, narrowed, speakersOf, spokenIn } from './history-filter.ts'
import { reach } from './history-reach.ts'
import { mayRead, type Sight } from './history-visible.ts'
import { searchQuery } from './search-vector.ts'

/**
 * What is found in fewer rows than this is quickest looked up by its words; what is found in more, by walking back
 * from the newest Dialogue until a page is full. The two cost the same near here, about 10 ms in a million messages.
 */
const fewRows = 3_000

/** How many of everybody's newest Dialogues are walked before going by what this Viewer can read. */
const firstWalk = 3_000

/** Dialogues of one Viewer that are walked at most, so that no search runs for ever. */
const longestWalk = 200_000

interface Hit extends Key {
  /** The newest message that matched; null when the title alone did. */
  readonly message_id: string | null
}

interface Search {
  readonly sight: Sight
  readonly words: RawBuilder<unknown>
  readonly narrow: RawBuilder<boolean>
  readonly limit: number
  readonly filtered: boolean
}

export async function searchDialogues(
  handle: Handle,
  sight: Sight,
  query: string,
  filter: HistoryFilter,
  request: PageRequest,
): Promise<Page<Found>> {
  const { after, limit } = readPage(request)
  const wanted = readQuery(query)
  if (wanted.length === 0) return { items: [] }
  const narrow = allOf([narrowed(sight, { filter, after }), ...speakersOf(sight, filter).map(spokenIn)])
  const search: Search = {
    sight,
    words: sql`${searchQuery(wanted)}::tsquery`,
    narrow,
    limit: limit + 1,
    filtered: Object.values(filter).some(value => value !== undefined && value !== false),
  }
  const hits = await hitsOf(handle, search)
  const found = await readFound(handle, sight, hits.slice(0, limit), wanted)
  const page = toPage(hits, limit, ({ id }) => found.get(id))
  // What was erased since the hit was found is not there any more.
  return { ...page, items: page.items.filter(item => item !== undefined) }
}

async function hitsOf(handle: Handle, search: Search): Promise<readonly Hit[]> {
  if ((await estimate(handle, search.words)) < fewRows) return byWords(handle, search)
  if (!search.filtered) {
    const hits = await byWalking(handle, search, newestOfAll(search))
    if (hits.length >= search.limit) return hits
  }
  const reached = reach(search.sight, search.narrow, longestWalk)
  return byWalking(
    handle,
    search,
    sql`(select reached.id from ${reached} as reached order by reached.used_at desc, reached.id desc
      limit ${longestWalk})`,
  )
}

const planShape = z
  .array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })) }))
  .transform(rows => rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0)

/** How many rows hold these words, by the statistics of the database: nothing is read for it. */
async function estimate(handle: Handle, words: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql`
    explain (format json)
    select from messages where search @@ ${words}
    union all
    select from dialogues where search @@ ${words}`.execute(handle)
  return planShape.parse(rows)
}

function byWords(handle: Handle, { sight, words, narrow, limit }: Search): Promise<readonly Hit[]> {
  return hits(
    handle,
    sql`
    with said as materialized (
      select dialogue_id, max(position) as position from messages where search @@ ${words} group by dialogue_id)
    select d.id, ${usedOfRow} as used, (
      select messages.id from messages
      where messages.dialogue_id = d.id and messages.position = said.position) as message_id
    from (
      select dialogue_id from said
      union
      select id from dialogues where search @@ ${words}
    ) as candidate
    join dialogues as d on d.id = candidate.dialogue_id
    left join said on said.dialogue_id = d.id
    where ${mayRead(sight)} and ${narrow}
    order by d.used_at desc, d.id desc
    limit ${limit}`,
  )
}

function newestOfAll({ narrow }: Search): RawBuilder<unknown> {
  return sql`(
    select d.id from dialogues as d where ${narrow} order by d.used_at desc, d.id desc limit ${firstWalk})`
}

/** `walk`: rows (id), newest first. They are looked at one by one and no further than the page needs. */
function byWalking(
  handle: Handle,
  { sight, words, narrow, limit }: Search,
  walk: RawBuilder<unknown>,
): Promise<readonly Hit[]> {
  return hits(
    handle,
    sql`
    select d.id, ${usedOfRow} as used, said.id as message_id
    from ${walk} as walked
    cross join lateral (select * from dialogues where dialogues.id = walked.id) as d
    left join lateral (
      select messages.id from messages
      where messages.dialogue_id = d.id and messages.search @@ ${words}
      order by messages.position desc limit 1) as said on true
    where ${mayRead(sight)} and ${narrow} and (said.id is not null or d.search @@ ${words})
    order by d.used_at desc, d.id desc
    limit ${limit}`,
  )
}

async function hits(handle: Handle, statement: RawBuilder<unknown>): Promise<readonly Hit[]> {
  const { rows } = await sql<Hit>`${statement}`.execute(handle)
  return rows
}

interface FoundRow extends EntryRow {
  readonly message_id: string | null
  readonly text: string | null
}

async function readFound(
  handle: Handle,
  sight: Sight,
  hits: readonly Hit[],
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Found>> {
  if (hits.length === 0) return new Map()
  const { rows } = await sql<FoundRow>`
    select ${entryColumns(sight)}, messages.id as message_id, messages.text
    from unnest(${hits.map(hit => hit.id)}::text[], ${hits.map(hit => hit.message_id)}::text[])
      as hit (id, message_id)
    join dialogues as d on d.id = hit.id
    left join messages on messages.id = hit.message_id
    ${entryJoins}
    where ${mayRead(sight)}`.execute(handle)
  return new Map(
    rows.map(row => [
      row.id,
      {
        ...toEntry(row),
        snippet: row.text === null ? [] : snippetOf(row.text, wanted),
        ...(row.message_id === null ? {} : { messageId: row.message_id }),
      },
    ]),
  )
}
