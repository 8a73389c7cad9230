import type { ColumnType, Generated } from 'kysely'
import type { Decision } from '../../core/decision.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { Role } from '../../core/member.ts'
import type { ModelCall } from '../../core/receipt.ts'
import type { Part } from '../../core/part.ts'
import type { Platform } from '../../core/thread.ts'
import type { StopReason, TurnEnd, TurnState } from '../../core/turn.ts'

/** Read parsed, written as text. */
type Json = ColumnType<unknown, string, string>

export interface Tables {
  readonly identities: IdentityTable
  readonly dialogues: DialogueTable
  readonly messages: MessageTable
  readonly message_versions: MessageVersionTable
  readonly jobs: JobTable
  readonly leaders: LeaderTable
  readonly turns: TurnTable
  readonly turn_messages: { turn_id: string; message_id: string }
  readonly parts: PartTable
  readonly decisions: DecisionTable
  readonly model_calls: ModelCallTable
  readonly summaries: SummaryTable
  readonly members: MemberTable
  readonly avatars: { member_id: string; image: Uint8Array; tag: string }
  readonly logins: LoginTable
  readonly notices: NoticeTable
  readonly audits: AuditTable
  readonly sessions: SessionTable
  readonly refresh_tokens: RefreshTokenTable
  readonly mail_tokens: MailTokenTable
  readonly rate_limits: { key: string; count: number; resets_at: Date }
  readonly sign_in_attempts: SignInAttemptTable
  readonly link_codes: LinkCodeTable
  readonly branches: BranchTable
  readonly dialogue_members: DialogueMemberTable
  readonly dialogue_marks: DialogueMarkTable
  readonly publications: PublicationTable
  readonly places: PlaceTable
  readonly audience_places: AudiencePlaceTable
  readonly audience_checks: { identity_id: string; checked_at: Date }
  readonly break_glasses: BreakGlassTable
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
  text: string
  tokens: number
  through_position: number
  messages: number
  saved_at: Generated<Date>
}

export interface MemberTable {
  id: string
  username: string
  email: string | null
  email_confirmed_at: Date | null
  password_hash: string | null
  nickname: string
  first_name: string | null
  last_name: string | null
  born_year: number | null
  job: string | null
  settings: ColumnType<unknown, string | undefined, string>
  role: Generated<Role>
  suspended_at: Date | null
  created_at: Generated<Date>
}

export interface LoginTable {
  provider: string
  issuer: string
  subject: string
  member_id: string
  label: string
  created_at: Generated<Date>
}

export interface NoticeTable {
  id: string
  member_id: string
  kind: string
  detail: Json
  created_at: Generated<Date>
  seen_at: Date | null
}

export interface AuditTable {
  id: string
  at: Date
  actor_id: string | null
  action: string
  subject: string
  detail: Json
  address: string | null
}

export interface SessionTable {
  id: string
  member_id: string
  method: string
  user_agent: string | null
  address: string | null
  created_at: Date
  used_at: Date
  expires_at: Date
  ended_at: Date | null
  end_reason: string | null
}

export interface RefreshTokenTable {
  hash: string
  session_id: string
  issued_at: Date
  replaced_at: Date | null
}

export interface MailTokenTable {
  hash: string
  member_id: string
  purpose: 'confirm' | 'reset' | 'change'
  email: string
  created_at: Date
  expires_at: Date
  used_at: Date | null
}

export interface SignInAttemptTable {
  state_hash: string
  browser_hash: string
  provider: string
  purpose: Json
  sealed: string
  expires_at: Date
  used_at: Date | null
}

export interface LinkCodeTable {
  hash: string
  identity_id: string
  created_at: Date
  expires_at: Date
  redeemed_at: Date | null
  redeemed_by: string | null
}

export interface BranchTable {
  id: string
  dialogue_id: string
  parent_id: string | null
  from_position: number
  created_at: Date
}

export interface DialogueMemberTable {
  dialogue_id: string
  member_id: string
  invited_by: string | null
  joined_at: Date
}

export interface DialogueMarkTable {
  member_id: string
  dialogue_id: string
  pinned_at: Date | null
  hidden_at: Date | null
}

export interface PublicationTable {
  dialogue_id: string
  published_by: string
  published_at: Date
  masks_names: boolean
  is_indexed: Generated<boolean>
}

export interface PlaceTable {
  platform: Platform
  workspace_id: string
  channel_id: string
  name: string | null
  workspace_name: string | null
  readers: number | null
}

export interface AudiencePlaceTable {
  identity_id: string
  platform: Platform
  workspace_id: string
  channel_id: string
  thread_id: Generated<string>
  valid_until: Date
}

export interface BreakGlassTable {
  id: string
  dialogue_id: string
  member_id: string
  reason: string
  opened_at: Date
  until: Date
}
