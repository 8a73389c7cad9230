import { sql } from 'kysely'
import type { Turns } from '../../core/turn.ts'
import { acceptTurn } from './accept-turn.ts'
import { createPartLedger } from './parts.ts'
import { beginTurn, deliverTurn, endTurn } from './run-turn.ts'
import type { Session } from './session.ts'
import { notify } from './signals.ts'
import { findTurn, getTurn, selectTurns, toTurn } from './turn-row.ts'

export function createTurns(session: Session): Turns {
  const { handle } = session
  return {
    accept: acceptance => session.atomically(inner => acceptTurn(inner, acceptance)),
    begin: (id, lease) => session.atomically(inner => beginTurn(inner, id, lease)),
    deliver: (id, lease, result) => session.atomically(inner => deliverTurn(inner, id, lease, result)),
    end: (id, lease) => endTurn(session, id, lease),
    requestStop: (id, stop) => session.atomically(inner => requestStop(inner, id, stop)),
    async active(where) {
      let query = selectTurns(handle)
        .where('turns.state', 'in', ['accepted', 'running'])
        .orderBy('turns.dialogue_id')
        .orderBy('turns.sequence')
      if ('dialogueId' in where) query = query.where('turns.dialogue_id', '=', where.dialogueId)
      else {
        query = query.where('turns.dialogue_id', 'in', inner =>
          inner
            .selectFrom('dialogues')
            .select('dialogues.id')
            .where('dialogues.platform', '=', where.place.platform)
            .where('dialogues.workspace_id', '=', where.place.workspaceId)
            .where('dialogues.channel_id', '=', where.place.channelId),
        )
      }
      return (await query.execute()).map(toTurn)
    },
    async askedIds(id) {
      const rows = await handle
        .selectFrom('turn_messages')
        .innerJoin('messages', 'messages.id', 'turn_messages.message_id')
        .select('messages.id')
        .where('turn_messages.turn_id', '=', id)
        .where('messages.redacted_at', 'is', null)
        .orderBy('messages.position')
        .execute()
      return rows.map(row => row.id)
    },
    async ofMessage(messageId) {
      const row = await selectTurns(handle)
        .innerJoin('turn_messages', 'turn_messages.turn_id', 'turns.id')
        .where('turn_messages.message_id', '=', messageId)
        .orderBy('turns.sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && toTurn(row)
    },
    async ofAnswer(answerId) {
      const row = await selectTurns(handle)
        .innerJoin('messages', 'messages.id', 'turns.answer_id')
        .select(['messages.position', 'messages.branch_id'])
        .where('turns.answer_id', '=', answerId)
        .orderBy('turns.sequence', 'desc')
        .limit(1)
        .executeTakeFirst()
      return (
        row && {
          turn: toTurn(row),
          ...(row.position === null ? {} : { position: row.position }),
          ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
        }
      )
    },
    get: id => getTurn(handle, id),
    find: id => findTurn(handle, id),
    partsOf: (answerId, lease) => createPartLedger(session, answerId, lease),
  }
}

async function requestStop(
  { handle }: Session,
  id: string,
  stop: Parameters<Turns['requestStop']>[1],
): Promise<void> {
  const asked = await handle
    .updateTable('turns')
    .set({
      stop_reason: sql`coalesce(stop_reason, ${stop.reason})`,
      stop_by: sql`case when stop_reason is null then ${stop.byId ?? null} else stop_by end`,
    })
    .where('id', '=', id)
    .where('state', 'in', ['accepted', 'running'])
    .returning('id')
    .executeTakeFirst()
  if (asked) await notify({ type: 'stop', turnId: id }).execute(handle)
}
