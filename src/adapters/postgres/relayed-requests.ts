import type { Insertable, Selectable } from 'kysely'
import { z } from 'zod'
import type { RelayedChoice, RelayedRequest, RelayedRequests } from '../../core/relayed-request.ts'
import { olderThan } from './older-than.ts'
import type { RelayedRequestTable } from './relay-tables.ts'
import type { Session } from './session.ts'
import { storedJson, storedText } from './stored-text.ts'

export function createRelayedRequests({ handle }: Session): RelayedRequests {
  return {
    async add(requests) {
      if (requests.length === 0) return
      await handle
        .insertInto('relayed_requests')
        .values(requests.map(toRow))
        .onConflict(conflict => conflict.column('id').doNothing())
        .execute()
    },
    async of(memberId, { limit, before }) {
      let query = handle.selectFrom('relayed_requests').selectAll().where('member_id', '=', memberId)
      if (before !== undefined) query = query.where(olderThan('relayed_requests', 'at', before))
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(fromRow)
    },
  }
}

function toRow(request: RelayedRequest): Insertable<RelayedRequestTable> {
  const { usage } = request
  return {
    id: request.id,
    at: new Date(request.atMs),
    member_id: request.memberId,
    api_key_id: request.apiKeyId,
    model: storedText(request.model),
    host: request.host,
    streamed: request.streamed,
    outcome: request.outcome,
    status: request.status,
    request: request.request,
    response: request.response,
    truncated: request.truncated,
    choices: storedJson(request.choices),
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    estimated: request.estimated,
    duration_ms: Math.round(request.durationMs),
  }
}

const choice = z.object({
  index: z.number(),
  finishReason: z.string().exactOptional(),
  text: z.string(),
  refusal: z.string().exactOptional(),
  toolCalls: z
    .array(z.object({ id: z.string().exactOptional(), name: z.string(), arguments: z.string() }))
    .exactOptional(),
})
const choices: z.ZodType<readonly RelayedChoice[]> = z.array(choice)

function fromRow(row: Selectable<RelayedRequestTable>): RelayedRequest {
  return {
    id: row.id,
    atMs: row.at.getTime(),
    memberId: row.member_id,
    apiKeyId: row.api_key_id,
    model: row.model,
    host: row.host,
    streamed: row.streamed,
    outcome: row.outcome,
    status: row.status,
    request: row.request,
    response: row.response,
    truncated: row.truncated,
    choices: choices.parse(row.choices),
    usage: {
      inputTokens: row.input_tokens,
      cachedInputTokens: row.cached_input_tokens,
      outputTokens: row.output_tokens,
    },
    estimated: row.estimated,
    durationMs: row.duration_ms,
  }
}
