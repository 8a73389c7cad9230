import type { Turn, Turns } from '../../core/turn.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import { createJobs } from './jobs.ts'
import { lockDialogue, nextRevision, type Session } from './session.ts'
import { getTurn } from './turn-row.ts'

type Acceptance = Parameters<Turns['accept']>[0]

/** Holding the Dialogue, which `begin` takes too: a Turn that can be joined cannot begin meanwhile. */
export async function acceptTurn(session: Session, acceptance: Acceptance): Promise<Turn> {
  await lockDialogue(session, acceptance.dialogueId)
  const id = (await findToJoin(session, acceptance)) ?? (await addTurn(session, acceptance))
  if (acceptance.messageIds.length > 0) {
    await session.handle
      .insertInto('turn_messages')
      .values(acceptance.messageIds.map(messageId => ({ turn_id: id, message_id: messageId })))
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }
  return getTurn(session.handle, id)
}

async function findToJoin({ handle }: Session, acceptance: Acceptance): Promise<string | undefined> {
  const waiting = handle
    .selectFrom('turns')
    .select(['id', 'asker_id', 'answer_id', 'rewrites', 'state', 'stop_reason'])
    .where('dialogue_id', '=', acceptance.dialogueId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .forNoKeyUpdate()
  if (acceptance.answerId !== undefined) {
    const same = await waiting
      .where('answer_id', '=', acceptance.answerId)
      .where('state', '=', 'accepted')
      .where('stop_reason', 'is', null)
      .executeTakeFirst()
    return same?.id
  }
  if (acceptance.branchId !== undefined) return undefined
  const last = await waiting.executeTakeFirst()
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

/** An answer stands on the branch of what it answers. */
async function branchOf(handle: Handle, messageIds: readonly string[]): Promise<string | null> {
  if (messageIds.length === 0) return null
  const message = await handle
    .selectFrom('messages')
    .select('branch_id')
    .where('id', 'in', messageIds)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return message?.branch_id ?? null
}

async function addTurn(session: Session, acceptance: Acceptance): Promise<string> {
  const { handle } = session
  const id = newId()
  const last = await handle
    .selectFrom('turns')
    .select(on => on.fn.max('sequence').as('sequence'))
    .where('dialogue_id', '=', acceptance.dialogueId)
    .executeTakeFirstOrThrow()
  const revision = await nextRevision(session, acceptance.dialogueId)
  await handle
    .insertInto('turns')
    .values({
      id,
      dialogue_id: acceptance.dialogueId,
      sequence: (last.sequence ?? 0) + 1,
      state: 'accepted',
      revision,
      asker_id: acceptance.askerId,
      answer_id: acceptance.answerId ?? (await addAnswer(session, acceptance)),
      rewrites: acceptance.answerId !== undefined,
      accepted_at: new Date(acceptance.atMs),
    })
    .execute()
  await createJobs(session).enqueue({
    kind: 'turn',
    lane: `dialogue:${acceptance.dialogueId}`,
    payload: { turnId: id },
  })
  return id
}

/** Without a position: it gets one when its Turn is begun, after all that was said while it waited. */
async function addAnswer(
  { handle }: Session,
  { dialogueId, messageIds, atMs, branchId }: Acceptance,
): Promise<string> {
  const id = newId()
  await handle
    .insertInto('messages')
    .values({
      id,
      dialogue_id: dialogueId,
      branch_id: branchId ?? (await branchOf(handle, messageIds)),
      role: 'assistant',
      text: '',
      files: '[]',
      sent_at: new Date(atMs),
    })
    .execute()
  return id
}
