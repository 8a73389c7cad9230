import { sql } from 'kysely'
import { titleFrom } from '../../core/dialogue.ts'
import type { Handle } from './database.ts'
import { forgetReplies } from './idempotent-replies.ts'
import { searchVector } from './search-vector.ts'
import { lockDialogue, type Session } from './session.ts'

/**
 * Erases messages of one Dialogue wherever their words stand: versions, what models were asked and answered, summary,
 * title. The rows stay, empty, so that nothing of a platform is read back. Locks the Dialogue.
 */
export async function eraseMessages(
  session: Session,
  dialogueId: string,
  ids: readonly string[],
  atMs: number,
): Promise<void> {
  if (ids.length === 0) return
  const { handle } = session
  await lockDialogue(session, dialogueId)
  const rows = await handle
    .selectFrom('messages')
    .select(['id', 'position', 'text'])
    .where('dialogue_id', '=', dialogueId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  const versions = await handle
    .deleteFrom('message_versions')
    .where('message_id', 'in', ids)
    .returning('text')
    .execute()
  await handle
    .updateTable('messages')
    .set({ text: '', search: '', told: null, tokens: null, files: '[]', redacted_at: new Date(atMs) })
    .where('id', 'in', ids)
    .execute()
  const positions = rows.flatMap(({ position }) => position ?? [])
  await forgetTitle(
    handle,
    dialogueId,
    [...rows, ...versions].map(({ text }) => text),
    positions,
  )
  if (positions.length > 0) await forgetQuotes(handle, dialogueId, Math.min(...positions))
  await forgetResponses(handle, ids)
  await forgetReplies(handle, dialogueId)
}

/** A title is made of what was asked first, by its words or by a model. */
async function forgetTitle(
  handle: Handle,
  dialogueId: string,
  texts: readonly string[],
  positions: readonly number[],
): Promise<void> {
  await sql`
    update dialogues set
      title = ${titleFrom('')}, search = ${searchVector(titleFrom(''))}::tsvector, title_by = 'first_words'
    where id = ${dialogueId} and (
      title = any(${texts.map(titleFrom)}::text[])
      or title_by = 'model'
      or (select min(position) from messages where dialogue_id = ${dialogueId} and role = 'user')
        = any(${positions}::bigint[]))`.execute(handle)
  // A question asked by command is repeated in the message that opens its thread.
  await sql`
    update dialogues set delivery = delivery - 'question' - 'respondTo'
    where id = ${dialogueId} and delivery ?| array['question', 'respondTo']`.execute(handle)
}

/** Requests to models quote what stood before them word for word, and a summary tells of it. */
export async function forgetQuotes(handle: Handle, dialogueId: string, position: number): Promise<void> {
  await sql`
    update model_calls set request = jsonb_set(request, '{messages}', '[]')
    from turns
    where turns.id = model_calls.turn_id
      and turns.dialogue_id = ${dialogueId}
      and model_calls.through_position > ${position}`.execute(handle)
  await sql`
    update model_calls set response = jsonb_set(response, '{choices}', '[]')
    from turns
    where turns.id = model_calls.turn_id
      and turns.dialogue_id = ${dialogueId}
      and model_calls.purpose = 'summary'
      and model_calls.response is not null
      and model_calls.through_position > ${position}`.execute(handle)
  await handle
    .deleteFrom('summaries')
    .where('dialogue_id', '=', dialogueId)
    .where('through_position', '>=', position)
    .execute()
}

async function forgetResponses(handle: Handle, answerIds: readonly string[]): Promise<void> {
  await sql`
    update model_calls set response = jsonb_set(response, '{choices}', '[]')
    from turns
    where turns.id = model_calls.turn_id
      and turns.answer_id = any(${answerIds}::text[])
      and model_calls.response is not null`.execute(handle)
}
