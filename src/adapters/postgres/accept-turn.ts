import type { Turn, Turns } from '../../core/turn.ts'
import { newId } from './ids.ts'
import { createJobs } from './jobs.ts'
import { lockDialogue, type Session } from './session.ts'
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
    .select(['id', 'asker_id', 'rewrites', 'state', 'stop_reason'])
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
  const last = await waiting.executeTakeFirst()
  const joins =
    last?.state === 'accepted' &&
    last.asker_id === acceptance.askerId &&
    !last.rewrites &&
    last.stop_reason === null
  return joins ? last.id : undefined
}

async function addTurn(session: Session, acceptance: Acceptance): Promise<string> {
  const { handle } = session
  const id = newId()
  const last = await handle
    .selectFrom('turns')
    .select(on => on.fn.max('sequence').as('sequence'))
    .where('dialogue_id', '=', acceptance.dialogueId)
    .executeTakeFirstOrThrow()
  await handle
    .insertInto('turns')
    .values({
      id,
      dialogue_id: acceptance.dialogueId,
      sequence: (last.sequence ?? 0) + 1,
      state: 'accepted',
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
async function addAnswer({ handle }: Session, { dialogueId, atMs }: Acceptance): Promise<string> {
  const id = newId()
  await handle
    .insertInto('messages')
    .values({
      id,
      dialogue_id: dialogueId,
      role: 'assistant',
      text: '',
      files: '[]',
      sent_at: new Date(atMs),
    })
    .execute()
  return id
}
