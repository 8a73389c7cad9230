import { type RawBuilder, sql } from 'kysely'
import type { Found, HistoryFilter, Page, PageRequest } from '../../core/history.ts'
import { readQuery, type Wanted } from '../../core/search-terms.ts'
import { snippetOf } from '../../core/snippet.ts'
import type { Handle } from './database.ts'
import { type Key, readPage, toPage, usedOfRow } from './history-cursor.ts'
import { type EntryRow, entryColumns, entryJoins, toEntry } from './history-entry.ts'
import { allOf, narrowed, speakersOf, spokenIn } from './history-filter.ts'
import { reach } from './history-reach.ts'
import { mayRead, readable, type Sight } from './history-visible.ts'
import { searchQuery } from './search-vector.ts'

/** In a smaller history every way is quick, and looking up the words the simplest. */
const smallHistory = 10_000

/** Messages that are looked into to tell how common some words are. */
const sampled = 1_500

/**
 * Words that this many of the sampled ones hold are quicker found by walking back from the newest Dialogue until a
 * page is full; others by looking them up. About here, at some thousands of a million, the two cost the same.
 */
const commonFrom = 3

/** Dialogues that are walked: everybody's newest for who reads much, and otherwise the newest of what they read. */
const walkedOfAll = 6_000
const walkedOfTheirs = [300, 2_500]
const manyChannels = 40

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

/**
 * Nothing is missed on any way: where walking ends before the page is full and before the Viewer's Dialogues are at
 * their end, the words are looked up after all. Those are words that were common once.
 */
async function hitsOf(handle: Handle, search: Search): Promise<readonly Hit[]> {
  const { sight, narrow, limit, filtered } = search
  if (!(await areCommon(handle, search.words))) return byWords(handle, search)
  if (!filtered && (await readsMuch(handle, sight))) {
    const found = await byWalking(handle, search, newestOfAll(search))
    return found.length >= limit ? found : byWords(handle, search)
  }
  for (const depth of walkedOfTheirs) {
    const near = await readNear(handle, sight, narrow, depth)
    const found = await byWalking(handle, search, newestReached(near))
    if (found.length >= limit || near.length < depth) return found
  }
  return byWords(handle, search)
}

/** Gathering what is newest in this many channels costs more than walking past what others read. */
async function readsMuch(handle: Handle, sight: Sight): Promise<boolean> {
  const { rows } = await sql<{ much: boolean }>`
    select count(*) > ${manyChannels} as much from ${readable(sight)}`.execute(handle)
  return rows[0]?.much ?? false
}

/** What the database's own statistics say of words in a row is far off: they count each by itself. */
async function areCommon(handle: Handle, words: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ common: boolean }>`
    select count(*) >= ${commonFrom} as common
    from messages tablesample system ((
      select case when reltuples < ${smallHistory} then 0 else ${100 * sampled}::float / reltuples end
      from pg_class where oid = 'messages'::regclass)) repeatable (1)
    where search @@ ${words}`.execute(handle)
  return rows[0]?.common ?? false
}

/** How many rows there are is not known beforehand: `limit 1` keeps the database from reading every Dialogue. */
function byWords(handle: Handle, { sight, words, narrow, limit }: Search): Promise<readonly Hit[]> {
  return hits(
    handle,
    sql`
    select d.id, ${usedOfRow} as used, (
      select messages.id from messages
      where messages.dialogue_id = d.id and messages.position = found.position) as message_id
    from (
      select id, max(position) as position
      from (
        select dialogue_id as id, position from messages where search @@ ${words}
        union all
        select id, null from dialogues where search @@ ${words}
      ) as every
      group by id
    ) as found
    cross join lateral (select * from dialogues where dialogues.id = found.id limit 1) as d
    where ${mayRead(sight)} and ${narrow}
    order by d.used_at desc, d.id desc
    limit ${limit}`,
  )
}

/** Rows `d` of dialogues, newest first. */
interface Walk {
  readonly rows: RawBuilder<unknown>
  readonly order: RawBuilder<unknown>
}

function newestOfAll({ narrow }: Search): Walk {
  const order = sql`d.used_at desc, d.id desc`
  return {
    rows: sql`(select d.* from dialogues as d where ${narrow} order by ${order} limit ${walkedOfAll}) as d`,
    order,
  }
}

async function readNear(
  handle: Handle,
  sight: Sight,
  narrow: RawBuilder<boolean>,
  depth: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select near.id from ${reach(sight, narrow, depth)} as near
    order by near.used_at desc, near.id desc`.execute(handle)
  return rows.map(({ id }) => id)
}

/** The `limit 1` keeps the database from reading every Dialogue before the first is looked into. */
function newestReached(near: readonly string[]): Walk {
  return {
    rows: sql`unnest(${near}::text[]) with ordinality as near (id, place)
      cross join lateral (select * from dialogues where dialogues.id = near.id limit 1) as d`,
    order: sql`near.place`,
  }
}

/** Dialogues are looked into one by one, newest first, and no further than the page needs. */
function byWalking(handle: Handle, { sight, words, limit }: Search, walk: Walk): Promise<readonly Hit[]> {
  return hits(
    handle,
    sql`
    select d.id, ${usedOfRow} as used, said.id as message_id
    from ${walk.rows}
    left join lateral (
      select messages.id from messages
      where messages.dialogue_id = d.id and messages.search @@ ${words}
      order by messages.position desc limit 1) as said on true
    where ${mayRead(sight)} and (said.id is not null or d.search @@ ${words})
    order by ${walk.order}
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
