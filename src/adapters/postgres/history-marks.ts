import { sql } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Signal } from '../../core/store.ts'
import type { Access } from '../../core/history.ts'
import type { Handle } from './database.ts'
import { accessTo, mayRead, mayRename, type Sight } from './history-visible.ts'
import { searchVector } from './search-vector.ts'
import { signalChannel } from './signals.ts'
import { storedText } from './stored-text.ts'

/** As long as a title is shown in full on any page. */
const maxTitleLength = 200

const nothingThere = () => new ParleyError('not_found', 'There is no such dialogue.')

/** Throws `not_found` for what this Viewer may not read, as for what is not there. */
async function accessOf(handle: Handle, sight: Sight, dialogueId: string): Promise<Access> {
  const { rows } = await sql<{ access: Access | null }>`
    select ${accessTo(sight)} as access from dialogues as d where d.id = ${dialogueId}`.execute(handle)
  const access = rows[0]?.access ?? null
  if (access === null) throw nothingThere()
  return access
}

/** What is pinned is in the list again. */
export async function setPinned(
  handle: Handle,
  sight: Sight,
  dialogueId: string,
  pinned: boolean,
  atMs: number,
): Promise<void> {
  await accessOf(handle, sight, dialogueId)
  const columns = pinned ? { pinned_at: new Date(atMs), hidden_at: null } : { pinned_at: null }
  await mark(handle, sight, dialogueId, columns)
}

export async function hide(handle: Handle, sight: Sight, dialogueId: string, atMs: number): Promise<void> {
  const isOwn = (await accessOf(handle, sight, dialogueId)) === 'own'
  if (isOwn && (await isOnTheWeb(handle, dialogueId)))
    throw new ParleyError('invalid', 'A web dialogue of your own is deleted, not taken out of the list.')
  await mark(handle, sight, dialogueId, { pinned_at: null, hidden_at: new Date(atMs) })
}

async function isOnTheWeb(handle: Handle, dialogueId: string): Promise<boolean> {
  const row = await handle
    .selectFrom('dialogues')
    .select('platform')
    .where('id', '=', dialogueId)
    .executeTakeFirst()
  return row?.platform === 'web'
}

async function mark(
  handle: Handle,
  { viewer }: Sight,
  dialogueId: string,
  columns: { readonly pinned_at?: Date | null; readonly hidden_at?: Date | null },
): Promise<void> {
  await handle
    .insertInto('dialogue_marks')
    .values({
      member_id: viewer.memberId,
      dialogue_id: dialogueId,
      pinned_at: columns.pinned_at ?? null,
      hidden_at: columns.hidden_at ?? null,
    })
    .onConflict(conflict => conflict.columns(['member_id', 'dialogue_id']).doUpdateSet(columns))
    .execute()
}

export async function rename(handle: Handle, sight: Sight, dialogueId: string, title: string): Promise<void> {
  const words = storedText(title).replace(/\s+/gu, ' ').trim()
  if (words === '') throw new ParleyError('invalid', 'A title needs at least one character.')
  if (words.length > maxTitleLength)
    throw new ParleyError('invalid', `A title has at most ${maxTitleLength} characters.`)
  const { rows } = await sql`
    update dialogues as d set title = ${words}, search = ${searchVector(words)}::tsvector, title_by = 'hand',
      revision = d.revision + 1, head_revision = d.revision + 1
    where d.id = ${dialogueId} and ${mayRead(sight)}
      and ${mayRename(sight)}
    returning pg_notify(${signalChannel}, ${JSON.stringify({ type: 'dialogue', dialogueId } satisfies Signal)})`.execute(
    handle,
  )
  if (rows.length === 0) throw nothingThere()
}
