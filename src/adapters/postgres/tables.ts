import type { ColumnType, Generated } from 'kysely'
import type { Decision } from '../../core/decision.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { ModelCall } from '../../core/receipt.ts'
import type { Part } from '../../core/part.ts'
import type { Platform } from '../../core/thread.ts'
import type { StopReason, TurnEnd, TurnState } from '../../core/turn.ts'
import type { AccountTables } from './account-tables.ts'
import type { AdminTables } from './admin-tables.ts'
import type { AgentTables } from './agent-tables.ts'
import type { ApiTables } from './api-tables.ts'
import type { KeepingTables } from './keeping-tables.ts'
import type { PolicyTables } from './policy-tables.ts'
import type { QuotaTables } from './quota-tables.ts'
import type { ProviderTables } from './provider-tables.ts'
import type { RelayTables } from './relay-tables.ts'
import type { SharingTables } from './sharing-tables.ts'

/** Read parsed, written as text. */
export type Json = ColumnType<unknown, string, string>

/** A tsvector, as search-vector.ts writes it; never read. */
export type SearchWords = ColumnType<string | null, string | null | undefined, string | null>

export interface Tables
  extends AccountTables,
    SharingTables,
    KeepingTables,
    AdminTables,
    AgentTables,
    ApiTables,
    ProviderTables,
    PolicyTables,
    QuotaTables,
    RelayTables {
  readonly identities: IdentityTable
  readonly dialogues: DialogueTable
  readonly messages: MessageTable
  readonly message_versions: MessageVersionTable
  readonly jobs: JobTable
  readonly leaders: LeaderTable
  readonly turns: TurnTable
  readonly live_answers: LiveAnswerTable
  readonly turn_messages: { turn_id: string; message_id: string }
  readonly parts: PartTable
  readonly decisions: DecisionTable
  readonly model_calls: ModelCallTable
  readonly summaries: SummaryTable
}

export interface IdentityTable {
  id: string
  platform: Platform
  realm: string
  user_id: string
  name: string | null
  created_at: Generated<Date>
  member_id: string | null
  linked_at: Date | null
}

export interface DialogueTable {
  id: string
  platform: Platform
  workspace_id: string
  channel_id: string
  thread_id: string
  direct: boolean
  title: string
  delivery: Json
  history_read: boolean
  next_position: Generated<number>
  created_at: Generated<Date>
  used_at: Generated<Date>
  owner_id: string | null
  title_by: Generated<'first_words' | 'model' | 'hand'>
  branch_id: string | null
  private_thread: Generated<boolean>
  revision: Generated<number>
  head_revision: Generated<number>
  agent: string | null
  quiet: Generated<boolean>
  search: SearchWords
}

export interface MessageTable {
  id: string
  dialogue_id: string
  position: number | null
  role: 'user' | 'assistant'
  author_id: string | null
  ref: string | null
  text: string
  version: Generated<number>
  told: string | null
  tokens: number | null
  files: Json
  sent_at: Date
  redacted_at: Date | null
  branch_id: string | null
  from_web: Generated<boolean>
  revision: Generated<number>
  search: SearchWords
}

export interface MessageVersionTable {
  message_id: string
  version: number
  text: string
  files: Json
  replaced_at: Date
}

export interface JobTable {
  id: string
  sequence: Generated<number>
  lane: string
  kind: string
  payload: Json
  state: Generated<'waiting' | 'running'>
  run_at: Date
  attempts: Generated<number>
  lease_token: string | null
  lease_until: Date | null
  last_error: string | null
  enqueued_at: Date
}

export interface LeaderTable {
  role: string
  holder: string
  lease_until: Date
}

export interface TurnTable {
  id: string
  dialogue_id: string
  sequence: number
  state: TurnState
  asker_id: string
  answer_id: string
  rewrites: boolean
  stop_reason: StopReason | null
  stop_by: string | null
  end_state: TurnEnd | null
  end_error: ErrorCode | null
  accepted_at: Date
  started_at: Date | null
  delivering_at: Date | null
  ended_at: Date | null
  revision: Generated<number>
  refusal: ColumnType<unknown, string | null | undefined, string | null>
}

/** Answers that are being written, as far as watchers of other processes need them. */
export interface LiveAnswerTable {
  turn_id: string
  state: 'thinking' | 'streaming'
  text: string
}

export interface PartTable {
  id: string
  message_id: string
  ordinal: number
  generation: number
  key: string
  state: Part['state']
  ref: string | null
  streaming: boolean
  planned_at: Date
}

export interface DecisionTable {
  id: string
  platform: Platform
  workspace_id: string
  channel_id: string
  key: string
  kind: string
  outcome: Decision['outcome'] | null
  reason: Decision['reason'] | null
  thread_id: string | null
  realm: string | null
  user_id: string | null
  message_id: string | null
  turn_id: string | null
  received_at: Generated<Date>
}

export interface ModelCallTable {
  id: string
  turn_id: string
  purpose: ModelCall['purpose']
  through_position: number
  request: Json
  receipt: Json
  response: ColumnType<unknown, string | null, string | null>
  input_tokens: number | null
  cached_input_tokens: number | null
  output_tokens: number | null
  cost_micros: number | null
  error: ErrorCode | null
  started_at: Date
  first_text_at: Date | null
  ended_at: Date | null
}

export interface SummaryTable {
  dialogue_id: string
  branch_id: string | null
  text: string
  tokens: number
  through_position: number
  messages: number
  saved_at: Generated<Date>
}
