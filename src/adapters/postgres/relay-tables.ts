import type { RelayedOutcome } from '../../core/relayed-request.ts'
import type { Json } from './tables.ts'

export interface RelayTables {
  readonly relayed_requests: RelayedRequestTable
}

export interface RelayedRequestTable {
  id: string
  at: Date
  member_id: string
  api_key_id: string
  model: string
  host: string
  streamed: boolean
  outcome: RelayedOutcome
  status: number
  request: Uint8Array
  response: Uint8Array
  truncated: boolean
  choices: Json
  input_tokens: number
  cached_input_tokens: number
  output_tokens: number
  estimated: boolean
  duration_ms: number
}
