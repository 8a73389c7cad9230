import { type RawBuilder, sql } from 'kysely'
import type { Found, HistoryFilter, Page, PageRequest } from '../../core/history.ts'
import { readQuery, type Wanted } from '../../core/search-terms.ts'
import { snippetOf } from '../../core/snippet.ts'
import type { Handle } from './database.ts'
import { asUsed, type Key, readPage, toPage } from './history-cursor.ts'
import { type EntryRow, entryColumns, entryJoins, toEntry } from './history-entry.ts'
import { indexBatch } from './history-index.ts'
import { allOf, narrowed, speakersOf, spokenIn } from './history-filter.ts'
import { mayRead, type Sight } from './history-visible.ts'
import { type SearchStart, startSearch } from './search-start.ts'
import { type Span, spanBefore, startOf, unitOf } from './search-span.ts'
import { searchQuery } from './search-vector.ts'

/** Texts that one statement looks into: some milliseconds. Where a stretch of time holds more, a shorter one is taken. */
const mostLooked = 3_000

/** So many of the newest are read to tell how common the words are. */
const readFirst = 600

/**
 * Words that fill the page within so many texts are found by reading these; rarer ones in the index, which for the
 * beginning of a word gathers every place of every word that begins so, and costs the more the more there are.
 */
const readAtMost = 2_500

/** The newest hit in a Dialogue, by when it was said; a title is as old as its Dialogue. */
interface Hit extends Key {
  /** What is shown of it; null when nothing but the title matched. */
  readonly message_id: string | null
}

interface Search {
  readonly sight: Sight
  readonly words: RawBuilder<unknown>
  /** Those of them that are not the beginning of a word; undefined when that is all of them, or none. */
  readonly whole: RawBuilder<unknown> | undefined
  /** What narrows the rows `d` of dialogues. */
  readonly narrow: RawBuilder<boolean>
  /** What narrows when it was said, `at`. */
  readonly said: (at: RawBuilder<unknown>) => RawBuilder<boolean>
  readonly start: SearchStart
  readonly after: Key | undefined
}

/** By when it was said, newest first: a Dialogue stands where its newest hit does. */
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
  const { fromMs, toMs, ...where } = filter
  const start = await startSearch(handle, sight, where)
  const whole = wanted.filter(({ steps }) => !steps.some(({ prefix }) => prefix))
  if (start.isBehind) await indexBatch(handle)
  const search: Search = {
    sight,
    words: sql`${searchQuery(wanted)}::tsquery`,
    whole:
      whole.length === 0 || whole.length === wanted.length ? undefined : sql`${searchQuery(whole)}::tsquery`,
    narrow: allOf([
      narrowed(sight, { filter: where, after: undefined }),
      ...speakersOf(sight, filter).map(spokenIn),
    ]),
    said: at =>
      allOf([
        ...(fromMs === undefined ? [] : [sql`${at} >= ${new Date(fromMs)}::timestamptz`]),
        ...(toMs === undefined ? [] : [sql`${at} < ${new Date(toMs)}::timestamptz`]),
      ]),
    start,
    after,
  }
  const hits = await hitsFrom(handle, search, filter, limit + 1)
  const found = await readFound(handle, sight, hits.slice(0, limit), wanted)
  const page = toPage(hits, limit, ({ id }) => found.get(id))
  // What was erased since the hit was found is not there any more.
  return { ...page, items: page.items.filter(item => item !== undefined) }
}

/**
 * From the newest on, stretch by stretch, until the page is full. Each is looked into whole, or else a shorter one, so
 * that nothing is missed and no statement costs more than another, however common the words are.
 */
async function hitsFrom(
  handle: Handle,
  search: Search,
  { fromMs, toMs }: HistoryFilter,
  limit: number,
): Promise<readonly Hit[]> {
  const { after, start } = search
  const endMs = Math.min(
    start.newestMs,
    toMs ?? Number.POSITIVE_INFINITY,
    after ? Date.parse(after.used) : Number.POSITIVE_INFINITY,
  )
  const end = unitOf(endMs) + 1
  const begin = unitOf(Math.max(0, fromMs ?? 0))
  const hits: Hit[] = []
  let to = end
  let units = unitOf(start.reachesMs) + 1
  const read = { texts: 0, wholes: 0, units: 0 }
  let by: By = 'reading'
  while (to > begin && hits.length < limit) {
    const span = spanBefore(to, units)
    if (span.words === undefined && start.places === undefined && by === 'reading') by = 'words'
    const most = by === 'words' && units === 1 ? undefined : mostLooked
    const look = { by, most, isFirst: to === end, limit: limit - hits.length }
    const { looked, matched, wholes, found } = await lookInto(handle, search, span, look)
    if (most !== undefined && looked > most) {
      if (by === 'words') units = Math.ceil(units / 8)
      by = 'words'
      continue
    }
    hits.push(...found)
    to = span.from
    const left = limit - hits.length
    if (by === 'reading') {
      read.texts += looked
      read.wholes += wholes
      read.units += span.to - span.from
    }
    const needed = read.texts < readFirst ? readFirst - read.texts : (left * read.texts) / hits.length
    if (by === 'reading' && needed <= readAtMost) {
      units *= Math.max(1, Math.min(needed, mostLooked / 2) / (looked + 1))
    } else {
      // Twice what the page still needs, as far as the last stretch tells, and not so much that it may be too much.
      units *= Math.max(1, Math.min((2 * left) / (found.length + 1), mostLooked / 2 / (matched + 1)))
      const expected = ((read.wholes + 1) / read.units) * units
      by = search.whole && expected <= mostLooked / 2 ? 'whole words' : 'words'
    }
    units = Math.ceil(units)
  }
  return hits
}

/**
 * What the index is asked besides when and where: nothing, all words, or those that are not the beginning of one, where
 * these are few enough for the rest to be looked for in what they find.
 */
type By = 'reading' | 'words' | 'whole words'

interface Look {
  readonly by: By
  /** When more than these are there, none of it counts. */
  readonly most: number | undefined
  readonly isFirst: boolean
  readonly limit: number
}

async function lookInto(handle: Handle, search: Search, span: Span, look: Look) {
  const { sight, words, whole = words, start, narrow, said, after } = search
  // Each condition by itself: so the index goes from one to where the next one goes on. Each a query of its own: so the
  // database does not guess how much it finds, and stays with the index.
  const inIndex = allOf([
    ...(span.words === undefined ? [] : [sql`search @@ (select ${span.words}::tsquery)`]),
    ...(start.places === undefined ? [] : [sql`search @@ (select ${start.places}::tsquery)`]),
    ...(look.by === 'reading' ? [] : [sql`search @@ (select ${look.by === 'words' ? words : whole})`]),
  ])
  const most = look.most === undefined ? sql`` : sql`limit ${look.most + 1}`
  const { rows } = await sql<
    { looked: number; matched: number; wholes: number } & { [Column in keyof Hit]: Hit[Column] | null }
  >`
    with looked as materialized (
      (select dialogue_id, id as message_id, sent_at as at, position,
        search @@ ${words} and ${said(sql`sent_at`)} as matches,
        search @@ ${whole} as holds_whole
      from messages where ${inIndex} and sent_at < ${startOf(span.to)}::timestamptz ${most})
      union all
      (select id, null, created_at, null, search @@ ${words} and ${said(sql`created_at`)},
        search @@ ${whole}
      from dialogues where ${inIndex} and created_at < ${startOf(span.to)}::timestamptz ${most})
    )
    select counted.*, hit.*
    from (
      select count(*)::int as looked, (count(*) filter (where matches))::int as matched,
        (count(*) filter (where holds_whole))::int as wholes
      from looked
    ) as counted
    left join lateral (
      select d.id, ${asUsed(sql`newest.at`)} as used, coalesce(newest.message_id, (
        select messages.id from messages where messages.dialogue_id = d.id and search @@ ${words}
        order by position desc nulls last limit 1)) as message_id
      from (
        select * from (
          select distinct on (dialogue_id) * from looked where matches
          order by dialogue_id, at desc, position desc nulls last
        ) as newest
        order by at desc, dialogue_id desc
      ) as newest
      cross join lateral (select * from dialogues where dialogues.id = newest.dialogue_id limit 1) as d
      where ${mayRead(sight)} and ${narrow}
        and ${after ? sql`(newest.at, d.id) < (${after.used}::timestamptz, ${after.id}::text)` : sql`true`}
        and ${look.isFirst && !after ? sql`true` : notNewer(search, startOf(span.to))}
      order by newest.at desc, d.id desc
      limit ${look.limit}
    ) as hit on true`.execute(handle)
  const { looked = 0, matched = 0, wholes = 0 } = rows[0] ?? {}
  const found = rows.flatMap(({ id, used, message_id }) =>
    id === null || used === null ? [] : [{ id, used, message_id }],
  )
  return { looked, matched, wholes, found }
}

/** True for the rows `d` without a hit since then: they stood further up. A row of its own, so that it is asked last. */
function notNewer({ words, said }: Search, since: Date): RawBuilder<boolean> {
  return sql<boolean>`not coalesce(
    (d.created_at >= ${since}::timestamptz and d.search @@ ${words} and ${said(sql`d.created_at`)})
    or (select true from messages
      where messages.dialogue_id = d.id and sent_at >= ${since}::timestamptz and search @@ ${words}
        and ${said(sql`sent_at`)}
      limit 1), false)`
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
        saidAtMs: Date.parse(hits.find(({ id }) => id === row.id)?.used ?? row.used),
        snippet: row.text === null ? [] : snippetOf(row.text, wanted),
        ...(row.message_id === null ? {} : { messageId: row.message_id }),
      },
    ]),
  )
}
