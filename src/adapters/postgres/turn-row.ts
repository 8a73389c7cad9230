import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import { quotaPeriods, quotaScopes, quotaUnits } from '../../core/quota.ts'
import type { Turn } from '../../core/turn.ts'
import type { Handle } from './database.ts'
import { toIdentity } from './identities.ts'

/** Turns with those who asked. */
export function selectTurns(handle: Handle) {
  return handle
    .selectFrom('turns')
    .innerJoin('identities', 'identities.id', 'turns.asker_id')
    .select([
      'turns.id',
      'turns.dialogue_id',
      'turns.sequence',
      'turns.state',
      'turns.asker_id',
      'turns.answer_id',
      'turns.rewrites',
      'turns.stop_reason',
      'turns.stop_by',
      'turns.end_state',
      'turns.end_error',
      'turns.refusal',
      'turns.accepted_at',
      'identities.platform',
      'identities.realm',
      'identities.user_id',
      'identities.name',
    ])
}

const refusalShape = z.object({
  reason: z.enum(['spent', 'price_unknown']),
  scope: z.enum(quotaScopes),
  unit: z.enum(quotaUnits),
  period: z.enum(quotaPeriods),
  limit: z.number(),
  used: z.number(),
  resetsAtMs: z.number(),
  timeZone: z.string(),
})

export type TurnRow = Awaited<ReturnType<ReturnType<typeof selectTurns>['execute']>>[number]

export async function getTurn(handle: Handle, id: string): Promise<Turn> {
  const row = await selectTurns(handle).where('turns.id', '=', id).executeTakeFirst()
  if (!row) throw new ParleyError('not_found', 'There is no such turn.')
  return toTurn(row)
}

export function toTurn(row: TurnRow): Turn {
  return {
    id: row.id,
    dialogueId: row.dialogue_id,
    sequence: row.sequence,
    state: row.state,
    asker: toIdentity({ ...row, id: row.asker_id }),
    acceptedAtMs: row.accepted_at.getTime(),
    answerId: row.answer_id,
    ...(row.stop_reason === null
      ? {}
      : { stop: { reason: row.stop_reason, ...(row.stop_by === null ? {} : { by: row.stop_by }) } }),
    ...(row.end_state === null
      ? {}
      : {
          end: {
            state: row.end_state,
            ...(row.end_error === null ? {} : { error: row.end_error }),
            ...(row.refusal === null ? {} : { refusal: refusalShape.parse(row.refusal) }),
          },
        }),
  }
}
