import { sql } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Lease } from '../../core/job.ts'
import type { TurnBrief, TurnResult } from '../../core/turn.ts'
import { finishJob } from './jobs.ts'
import { selectMessages, toMessage } from './message-row.ts'
import { holdJob, lockDialogue, nextRevision, type Session, takePlace } from './session.ts'
import { searchVector } from './search-vector.ts'
import { storedJson, storedText } from './stored-text.ts'
import { getTurn } from './turn-row.ts'

export async function beginTurn(session: Session, id: string, lease: Lease): Promise<TurnBrief | undefined> {
  const { handle } = session
  await holdJob(session, lease)
  const known = await handle
    .selectFrom('turns')
    .select(['dialogue_id', 'answer_id'])
    .where('id', '=', id)
    .executeTakeFirst()
  // Erased with its Dialogue: there is nothing to answer.
  if (!known) return undefined
  const { dialogue_id: dialogueId, answer_id: answerId } = known
  await lockDialogue(session, dialogueId)
  const turn = await handle
    .selectFrom('turns')
    .select('state')
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  if (turn.state === 'done' || turn.state === 'failed' || turn.state === 'stopped') return undefined
  if (turn.state === 'accepted') {
    const revision = await placeAnswer(session, dialogueId, answerId)
    await handle
      .updateTable('turns')
      .set({ state: 'running', started_at: sql`clock_timestamp()`, revision })
      .where('id', '=', id)
      .execute()
  }
  return briefOf(session, id, answerId)
}

/** A rewritten answer keeps the place it has. Gives the revision of its begin. */
async function placeAnswer(session: Session, dialogueId: string, answerId: string): Promise<number> {
  const { handle } = session
  const answer = await handle
    .selectFrom('messages')
    .select('position')
    .where('id', '=', answerId)
    .executeTakeFirstOrThrow()
  if (answer.position !== null) return nextRevision(session, dialogueId)
  const { position, revision } = await takePlace(session, dialogueId)
  await handle.updateTable('messages').set({ position, revision }).where('id', '=', answerId).execute()
  return revision
}

async function briefOf({ handle }: Session, id: string, answerId: string): Promise<TurnBrief> {
  const asked = await selectMessages(handle)
    .innerJoin('turn_messages', 'turn_messages.message_id', 'messages.id')
    .where('turn_messages.turn_id', '=', id)
    .where('messages.redacted_at', 'is', null)
    .orderBy('messages.position')
    .execute()
  const answer = await selectMessages(handle).where('messages.id', '=', answerId).executeTakeFirstOrThrow()
  return {
    turn: await getTurn(handle, id),
    asked: asked.map(row => toMessage(row, 'as told')),
    answer: toMessage(answer, 'as told'),
  }
}

export async function deliverTurn(
  session: Session,
  id: string,
  lease: Lease,
  result: TurnResult,
): Promise<void> {
  const { handle } = session
  await holdJob(session, lease)
  const revision = await nextRevision(session, { turnId: id })
  const turn = await handle
    .updateTable('turns')
    .set({
      state: 'delivering',
      revision,
      end_state: result.end,
      end_error: result.error ?? null,
      refusal: result.refusal ? storedJson(result.refusal) : null,
      delivering_at: sql`coalesce(delivering_at, clock_timestamp())`,
    })
    .where('id', '=', id)
    .where('state', 'in', ['running', 'delivering'])
    .returning('answer_id')
    .executeTakeFirst()
  if (!turn) throw new ParleyError('conflict', 'Only a turn that is running can be delivered.')
  await handle.deleteFrom('live_answers').where('turn_id', '=', id).execute()
  await writeAnswer(session, turn.answer_id, result, revision)
}

/** A text that was there before is kept as an earlier version. What was erased stays so. */
async function writeAnswer(
  { handle }: Session,
  id: string,
  { text, tokens }: TurnResult,
  revision: number,
): Promise<void> {
  const words = storedText(text)
  const { rows } = await sql`
    insert into message_versions (message_id, version, text, files, replaced_at)
    select id, version, text, files, clock_timestamp()
    from messages where id = ${id} and text <> '' and text <> ${words}
    returning version`.execute(handle)
  await handle
    .updateTable('messages')
    .set({
      text: words,
      search: searchVector(words),
      tokens,
      revision,
      version: sql`version + ${rows.length}::int`,
    })
    .where('id', '=', id)
    .where('redacted_at', 'is', null)
    .execute()
}

export async function endTurn(session: Session, id: string, lease: Lease): Promise<void> {
  await holdJob(session, lease)
  const revision = await nextRevision(session, { turnId: id })
  const ended = await session.handle
    .updateTable('turns')
    .set({ state: sql`end_state`, ended_at: sql`clock_timestamp()`, revision })
    .where('id', '=', id)
    .where('state', '=', 'delivering')
    .returning('id')
    .executeTakeFirst()
  if (!ended) throw new ParleyError('conflict', 'Only a turn that was delivered can be ended.')
  await finishJob(session, lease)
}
