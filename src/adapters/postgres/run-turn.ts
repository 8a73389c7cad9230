import { sql } from 'kysely'
import { leaseLost, ParleyError } from '../../core/errors.ts'
import type { Lease } from '../../core/job.ts'
import type { TurnBrief, TurnResult, TurnState } from '../../core/turn.ts'
import type { Handle } from './database.ts'
import { dialogueInOne, toDialogue } from './dialogue-row.ts'
import { finished, nextTold } from './jobs.ts'
import { selectMessages, toMessage } from './message-row.ts'
import { heldJob, holdJob, lockDialogue, nextRevision, type Session, takePlace } from './session.ts'
import { searchVector } from './search-vector.ts'
import { dialogueTold } from './signals.ts'
import { storedJson, storedText } from './stored-text.ts'
import { selectTurns, toTurn } from './turn-row.ts'

export async function beginTurn(session: Session, id: string, lease: Lease): Promise<TurnBrief | undefined> {
  const known = await heldTurn(session, id, lease)
  // Erased with its Dialogue: there is nothing to answer.
  if (!known) return undefined
  const { state, dialogueId, answerId } = known
  if (state === 'done' || state === 'failed' || state === 'stopped') return undefined
  if (state === 'accepted') await startTurn(session, id, known)
  else await lockDialogue(session, dialogueId)
  return briefOf(session, id, answerId)
}

interface HeldTurn {
  /** Changes under the lease alone, so it is what it was when the job was held. */
  readonly state: TurnState
  readonly dialogueId: string
  readonly answerId: string
  /** Of the answer; none until it is begun. */
  readonly position: number | null
}

/** What belongs to this Turn, of which the lease's job is held; undefined when there is none any more. */
async function heldTurn({ handle }: Session, id: string, lease: Lease): Promise<HeldTurn | undefined> {
  const held = await heldJob(handle, lease)
    .leftJoin('turns', on => on.on('turns.id', '=', id))
    .leftJoin('messages', 'messages.id', 'turns.answer_id')
    .select(['turns.state', 'turns.dialogue_id', 'turns.answer_id', 'messages.position'])
    .executeTakeFirst()
  if (!held) throw leaseLost()
  const { state, dialogue_id: dialogueId, answer_id: answerId, position } = held
  if (state === null || dialogueId === null || answerId === null) return undefined
  return { state, dialogueId, answerId, position }
}

/** Its answer gets its place at the end; one that is rewritten keeps the place it has. */
async function startTurn(
  session: Session,
  id: string,
  { dialogueId, answerId, position }: HeldTurn,
): Promise<void> {
  const place =
    position === null
      ? await takePlace(session, dialogueId)
      : { position, revision: await nextRevision(session, dialogueId) }
  await sql`
    with placed as (
      update messages set position = ${place.position}, revision = ${place.revision}
      where id = ${answerId} and position is null
    )
    update turns set state = 'running', started_at = clock_timestamp(), revision = ${place.revision}
    where id = ${id}`.execute(session.handle)
}

/** The answer and what it answers. One list of ids: an `or` beside a subselect would read every message there is. */
export function messagesOfTurn(handle: Handle, id: string, answerId: string) {
  const asked = sql`select message_id from turn_messages where turn_id = ${id}`
  return selectMessages(handle)
    .where(sql<boolean>`messages.id in (${asked} union all select ${answerId})`)
    .where(on => on.or([on('messages.redacted_at', 'is', null), on('messages.id', '=', answerId)]))
    .orderBy('messages.position')
}

async function briefOf({ handle }: Session, id: string, answerId: string): Promise<TurnBrief> {
  const rows = await messagesOfTurn(handle, id, answerId).execute()
  const messages = rows.map(row => toMessage(row, 'as told'))
  const answer = messages.find(message => message.id === answerId)
  if (!answer) throw new ParleyError('not_found', 'There is no such answer.')
  const { dialogue, ...turn } = await selectTurns(handle)
    .innerJoin('dialogues', 'dialogues.id', 'turns.dialogue_id')
    .select(dialogueInOne.as('dialogue'))
    .where('turns.id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    turn: toTurn(turn),
    dialogue: toDialogue(dialogue),
    asked: messages.filter(message => message !== answer),
    answer,
  }
}

/** A text that was there before is kept as an earlier version. What was erased stays so. */
export async function deliverTurn(
  session: Session,
  id: string,
  lease: Lease,
  result: TurnResult,
): Promise<void> {
  const revision = await nextRevision(session, { turnId: id, lease })
  const words = storedText(result.text)
  const { rows } = await sql`
    with turn as (
      update turns
      set state = 'delivering', revision = ${revision}, end_state = ${result.end}, end_error = ${result.error ?? null},
        refusal = ${result.refusal ? storedJson(result.refusal) : null}::jsonb,
        delivering_at = coalesce(delivering_at, clock_timestamp())
      where id = ${id} and state in ('running', 'delivering')
      returning answer_id
    ), shown as (
      delete from live_answers where turn_id = ${id}
    ), earlier as (
      insert into message_versions (message_id, version, text, files, replaced_at)
      select id, version, text, files, clock_timestamp()
      from messages join turn on id = answer_id where text <> '' and text <> ${words}
      returning version
    ), written as (
      update messages
      set text = ${words}, search = ${searchVector(words)}, tokens = ${result.tokens}, revision = ${revision},
        version = version + (select count(*) from earlier)::int
      from turn where id = answer_id and redacted_at is null
    )
    select from turn`.execute(session.handle)
  if (rows.length === 0) throw new ParleyError('conflict', 'Only a turn that is running can be delivered.')
}

/** One statement, each part of which waits for the one before: job, Dialogue, Turn. */
export async function endTurn(session: Session, id: string, lease: Lease): Promise<void> {
  const delivered = sql`select dialogue_id from turns where id = ${id} and state = 'delivering'`
  const { rows } = await sql`
    with done as (${finished(lease)} and exists (${delivered}) returning lane),
    raised as (
      update dialogues set revision = revision + 1 from done where id = (${delivered})
      returning revision, ${dialogueTold}
    ), ended as (
      update turns set state = end_state, ended_at = clock_timestamp(), revision = raised.revision
      from raised where turns.id = ${id}
      returning id
    )
    select id, (${nextTold(lease)}) from done, ended`.execute(session.handle)
  if (rows.length > 0) return
  await holdJob(session, lease)
  throw new ParleyError('conflict', 'Only a turn that was delivered can be ended.')
}
