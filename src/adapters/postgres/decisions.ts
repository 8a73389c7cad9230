import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { Decision, DecisionRecord, Decisions, RecordedOutcome } from '../../core/decision.ts'
import { ParleyError } from '../../core/errors.ts'
import { marksPlace, sinceOf } from '../../core/heard.ts'
import type { Place } from '../../core/thread.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import type { DecisionTable } from './tables.ts'

export function createDecisions({ handle }: Session): Decisions {
  const take = async ({ key, kind, place }: TakenEvent, outcome: Partial<OutcomeColumns>) => {
    const taken = await handle
      .insertInto('decisions')
      .values({ id: newId(), ...columnsOf(place), key, kind, ...outcome })
      .onConflict(conflict => conflict.columns(['platform', 'workspace_id', 'channel_id', 'key']).doNothing())
      .returning('id')
      .executeTakeFirst()
    return taken !== undefined
  }
  return {
    claim: event => take(event, {}),
    note: (event, outcome) => take(event, outcomeColumns(outcome)),
    async record({ key, place }, outcome) {
      const recorded = await handle
        .updateTable('decisions')
        .set(outcomeColumns(outcome))
        .where('platform', '=', place.platform)
        .where('workspace_id', '=', place.workspaceId)
        .where('channel_id', '=', place.channelId)
        .where('key', '=', key)
        .returning('id')
        .executeTakeFirst()
      if (!recorded) throw new ParleyError('not_found', 'This event was not claimed.')
    },
    async latest({ place, threadId, by }) {
      let query = handle
        .selectFrom('decisions')
        .selectAll()
        .where('platform', '=', place.platform)
        .where('workspace_id', '=', place.workspaceId)
        .where('channel_id', '=', place.channelId)
        .where('outcome', 'is not', null)
        // Only what was said: a question asked by command is, the commands that ask about it are not.
        .where(on => on.or([on('kind', 'not in', ['command', 'stop']), on('message_id', 'is not', null)]))
        .orderBy('received_at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
      if (threadId !== undefined) query = query.where('thread_id', '=', threadId)
      if (by) query = query.where('realm', '=', by.realm).where('user_id', '=', by.userId)
      const row = await query.executeTakeFirst()
      return row && toRecord(row)
    },
    async wasRefused({ place, by, reason, sinceMs }) {
      const before = await handle
        .selectFrom('decisions')
        .select('id')
        .where('outcome', '=', 'refused')
        .where('reason', '=', reason)
        .where('user_id', '=', by.userId)
        .where('realm', '=', by.realm)
        .where('received_at', '>=', new Date(sinceMs))
        .where(on => on.and(columnsOf(place)))
        .limit(1)
        .executeTakeFirst()
      return before !== undefined
    },
    async overturn(turnId, { outcome, reason }) {
      await handle
        .updateTable('decisions')
        .set({ outcome, reason })
        .where('turn_id', '=', turnId)
        .where('message_id', 'is not', null)
        .where('outcome', '=', 'answered')
        .execute()
    },
    async lastReceivedMs(platform) {
      const mark = await handle
        .selectFrom('decisions')
        .select('key')
        .where(on => on.and(columnsOf(marksPlace(platform))))
        .orderBy('received_at', 'desc')
        // Of two at one moment the one that says behind: reading again does no harm.
        .orderBy('key')
        .limit(1)
        .executeTakeFirst()
      const behindMs = mark && sinceOf(mark.key)
      if (behindMs !== undefined) return behindMs
      const row = await handle
        .selectFrom('decisions')
        .select('received_at')
        .where('platform', '=', platform)
        .orderBy('received_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.received_at.getTime()
    },
  }
}

type TakenEvent = Parameters<Decisions['claim']>[0]
type OutcomeColumns = ReturnType<typeof outcomeColumns>

function outcomeColumns({ decision, threadId, by, messageId, turnId }: RecordedOutcome) {
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    thread_id: threadId ?? null,
    realm: by?.realm ?? null,
    user_id: by?.userId ?? null,
    message_id: messageId ?? null,
    turn_id: turnId ?? null,
  }
}

function columnsOf(place: Place) {
  return { platform: place.platform, workspace_id: place.workspaceId, channel_id: place.channelId }
}

/** Which reason goes with which outcome was checked by the compiler when it was written. */
const decisionShape = z.custom<Decision>(
  value => z.object({ outcome: z.string(), reason: z.string() }).safeParse(value).success,
)

function toRecord(row: Selectable<DecisionTable>): DecisionRecord {
  return {
    decision: decisionShape.parse({ outcome: row.outcome, reason: row.reason }),
    kind: row.kind,
    atMs: row.received_at.getTime(),
    ...(row.turn_id === null ? {} : { turnId: row.turn_id }),
  }
}
