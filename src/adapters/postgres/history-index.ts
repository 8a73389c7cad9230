import { sql } from 'kysely'
import type { Handle } from './database.ts'
import { searchVector } from './search-vector.ts'

/** Rows at a time: some tens of milliseconds. */
const batch = 200

/**
 * Makes the words of texts that were written without them, of one batch of messages and of titles; what changed
 * meanwhile waits for the next time. Gives how many there were: 0 when everything can be found.
 */
export async function indexBatch(handle: Handle): Promise<number> {
  const { rows } = await sql<{ texts: boolean; titles: boolean }>`
    select exists (select from messages where search is null) as texts,
      exists (select from dialogues where search is null) as titles`.execute(handle)
  const texts = rows[0]?.texts ? await indexTable(handle, 'messages', 'text') : 0
  const titles = rows[0]?.titles ? await indexTable(handle, 'dialogues', 'title') : 0
  return texts + titles
}

async function indexTable(
  handle: Handle,
  table: 'messages' | 'dialogues',
  column: 'text' | 'title',
): Promise<number> {
  const text = sql.ref(column)
  const { rows } = await sql<{ id: string; text: string }>`
    select id, ${text} as text from ${sql.table(table)} where search is null order by id limit ${batch}`.execute(
    handle,
  )
  if (rows.length === 0) return 0
  await sql`
    update ${sql.table(table)} as written set search = made.search::tsvector
    from unnest(
      ${rows.map(row => row.id)}::text[],
      ${rows.map(row => row.text)}::text[],
      ${rows.map(row => searchVector(row.text))}::text[]) as made (id, text, search)
    where written.id = made.id and written.${text} = made.text and written.search is null`.execute(handle)
  return rows.length
}
