import { sql } from 'kysely'
import { type ErrorCode, leaseLost, ParleyError } from '../../core/errors.ts'
import type { ModelResponse } from '../../core/model.ts'
import type { ModelCalls } from '../../core/receipt.ts'
import type { UnsettledCall } from '../../core/spent.ts'
import { heldJob, type Session } from './session.ts'
import { storedJson } from './stored-text.ts'

export function createModelCalls(session: Session): ModelCalls {
  return {
    async begin(call, lease) {
      // Every request of the port is streamed; whoever audits the exchange must see it.
      const request = storedJson({ ...call.request, stream: true })
      const { rows } = await sql<{ begun: string | null }>`
        with held as (${heldJob(session.handle, lease)}), begun as (
          insert into model_calls (id, turn_id, purpose, through_position, request, receipt, started_at)
          select ${call.id}, turns.id, ${call.purpose}, dialogues.next_position, ${request}::jsonb,
            ${storedJson(call.receipt)}::jsonb, ${new Date(call.startedAtMs)}::timestamptz
          from held, turns join dialogues on dialogues.id = turns.dialogue_id
          where turns.id = ${call.turnId}
          returning id
        )
        select begun.id as begun from held left join begun on true`.execute(session.handle)
      if (!rows[0]) throw leaseLost()
      if (rows[0].begun === null) throw new ParleyError('not_found', 'There is no such turn.')
    },
    async end(id, { response, error, firstTextAtMs, endedAtMs }) {
      const { usage } = response
      await session.handle
        .updateTable('model_calls')
        .set({
          response: asKept(storedJson(response)),
          input_tokens: usage?.inputTokens ?? null,
          cached_input_tokens: usage?.cachedInputTokens ?? null,
          output_tokens: usage?.outputTokens ?? null,
          cost_micros: usage?.costMicros ?? null,
          error: error ?? null,
          first_text_at: firstTextAtMs === undefined ? null : new Date(firstTextAtMs),
          ended_at: new Date(endedAtMs),
        })
        .where('id', '=', id)
        .execute()
    },
    async unsettled(turnId) {
      const { rows } = await sql<UnsettledRow>`
        select id, purpose, request ->> 'model' as model, receipt -> 'tokens' as tokens, response, error, started_at
        from model_calls
        where turn_id = ${turnId} and not exists (select from usages where call_id = model_calls.id)
        order by started_at, id`.execute(session.handle)
      return rows.map(toUnsettled)
    },
  }
}

interface UnsettledRow {
  readonly id: string
  readonly purpose: UnsettledCall['purpose']
  readonly model: string
  readonly tokens: UnsettledCall['tokens']
  readonly response: ModelResponse | null
  readonly error: ErrorCode | null
  readonly started_at: Date
}

function toUnsettled({
  id,
  purpose,
  model,
  tokens,
  response,
  error,
  started_at,
}: UnsettledRow): UnsettledCall {
  return {
    id,
    purpose,
    model,
    tokens,
    startedAtMs: started_at.getTime(),
    ...(response === null ? {} : { response }),
    ...(error === null ? {} : { error }),
  }
}

/** Without its words, when the answer that it is part of was erased meanwhile. */
function asKept(response: string) {
  return sql<string>`case when exists (
      select from turns join messages on messages.id = turns.answer_id
      where turns.id = model_calls.turn_id and messages.redacted_at is not null)
    then jsonb_set(${response}::jsonb, '{choices}', '[]') else ${response}::jsonb end`
}
