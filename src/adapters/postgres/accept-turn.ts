import { sql } from 'kysely'
import type { AcceptedTurn, Turns } from '../../core/turn.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import { enqueued } from './jobs.ts'
import { nextRevision, type Session } from './session.ts'

type Acceptance = Parameters<Turns['accept']>[0]

/**
 * Gives the Turn's id. Its revision locks the Dialogue, as `begin` does: a Turn that can be joined cannot begin
 * meanwhile.
 */
export async function acceptTurn(session: Session, acceptance: Acceptance): Promise<AcceptedTurn> {
  const revision = await nextRevision(session, acceptance.dialogueId)
  const last = await newestTurn(session, acceptance)
  const joined = await findToJoin(session, acceptance, last)
  if (joined === undefined)
    return addTurn(session, acceptance, { sequence: (last?.sequence ?? 0) + 1, revision })
  await askedBy(joined, acceptance).execute(session.handle)
  return { id: joined }
}

const askedBy = (turnId: string, { messageIds }: Acceptance) => sql`
  insert into turn_messages (turn_id, message_id) select ${turnId}, unnest(${messageIds}::text[])
  on conflict do nothing`

function newestTurn({ handle }: Session, { dialogueId }: Acceptance) {
  return handle
    .selectFrom('turns')
    .select(['id', 'sequence', 'asker_id', 'answer_id', 'rewrites', 'state', 'stop_reason'])
    .where('dialogue_id', '=', dialogueId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

async function findToJoin(
  { handle }: Session,
  acceptance: Acceptance,
  last: Awaited<ReturnType<typeof newestTurn>>,
): Promise<string | undefined> {
  if (acceptance.answerId !== undefined)
    return findRewriting(handle, acceptance.dialogueId, acceptance.answerId)
  if (acceptance.branchId !== undefined) return undefined
  const joins =
    last?.state === 'accepted' &&
    last.asker_id === acceptance.askerId &&
    !last.rewrites &&
    last.stop_reason === null
  if (!joins) return undefined
  const [waits, asked] = [
    await branchOf(handle, [last.answer_id]),
    await branchOf(handle, acceptance.messageIds),
  ]
  return waits === asked ? last.id : undefined
}

async function findRewriting(
  handle: Handle,
  dialogueId: string,
  answerId: string,
): Promise<string | undefined> {
  const same = await handle
    .selectFrom('turns')
    .select('id')
    .where('dialogue_id', '=', dialogueId)
    .where('answer_id', '=', answerId)
    .where('state', '=', 'accepted')
    .where('stop_reason', 'is', null)
    .orderBy('sequence', 'desc')
    .limit(1)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return same?.id
}

/** An answer stands on the branch of what it answers. */
const branchOfAsked = (messageIds: readonly string[]) => sql<string | null>`(
  select branch_id from messages where id = any(${messageIds}::text[]) order by position desc limit 1
)`

async function branchOf(handle: Handle, messageIds: readonly string[]): Promise<string | null> {
  const { branch } = await handle
    .selectNoFrom(branchOfAsked(messageIds).as('branch'))
    .executeTakeFirstOrThrow()
  return branch
}

/** A new answer has no position: it gets one when its Turn is begun, after all that was said while it waited. */
async function addTurn(
  { handle }: Session,
  acceptance: Acceptance,
  { sequence, revision }: { readonly sequence: number; readonly revision: number },
): Promise<AcceptedTurn> {
  const { dialogueId, messageIds, askerId, answerId, branchId } = acceptance
  const id = newId()
  const at = new Date(acceptance.atMs)
  const rewrites = answerId !== undefined
  const answer = answerId ?? newId()
  await sql`
    with answer as (
      insert into messages (id, dialogue_id, branch_id, role, text, files, sent_at)
      select ${answer}, ${dialogueId}, coalesce(${branchId ?? null}, ${branchOfAsked(messageIds)}),
        'assistant', '', '[]', ${at}
      where not ${rewrites}::boolean
    ), asked as (${askedBy(id, acceptance)}), job as (
      ${enqueued({ kind: 'turn', lane: `dialogue:${dialogueId}`, payload: { turnId: id } })}
    )
    insert into turns (id, dialogue_id, sequence, state, revision, asker_id, answer_id, rewrites, accepted_at)
    values (${id}, ${dialogueId}, ${sequence}, 'accepted', ${revision}, ${askerId}, ${answer}, ${rewrites}, ${at})
  `.execute(handle)
  return { id }
}
