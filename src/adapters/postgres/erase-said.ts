import type { ErasureCounts } from '../../core/erasure.ts'
import { nothingErased } from './erase-dialogue.ts'
import { eraseMessages } from './erase-messages.ts'
import { lockDialogue, type Session } from './session.ts'
import { createTurns } from './turns.ts'

/** Messages of one step: few enough that nobody waits behind its transaction. */
const batch = 500

/**
 * Erases some of what these people said in a Dialogue, and of what was answered to them; nothing when nothing is left.
 * An answer that is being written is stopped first: what it still writes is not kept.
 */
export async function eraseSaid(
  session: Session,
  dialogueId: string,
  identityIds: readonly string[],
  atMs: number,
): Promise<ErasureCounts> {
  if (identityIds.length === 0) return nothingErased
  const { handle } = session
  await lockDialogue(session, dialogueId)
  const turns = createTurns(session)
  for (const turn of await turns.active({ dialogueId })) {
    if (identityIds.includes(turn.asker.id)) await turns.requestStop(turn.id, { reason: 'deleted' })
  }
  const said = await handle
    .selectFrom('messages')
    .select('id')
    .where('dialogue_id', '=', dialogueId)
    .where('author_id', 'in', identityIds)
    .where('redacted_at', 'is', null)
    .limit(batch)
    .execute()
  const answers = await handle
    .selectFrom('messages')
    .select('messages.id')
    .where('messages.redacted_at', 'is', null)
    .where('messages.id', 'in', query =>
      query
        .selectFrom('turns')
        .select('answer_id')
        .where('turns.dialogue_id', '=', dialogueId)
        .where('turns.asker_id', 'in', identityIds),
    )
    .limit(batch)
    .execute()
  await eraseMessages(
    session,
    dialogueId,
    [...said, ...answers].map(({ id }) => id),
    atMs,
  )
  return { ...nothingErased, messages: said.length, answers: answers.length }
}
