import type { ColumnType, Generated } from 'kysely'
import type { MailTokenPurpose } from '../../core/mail-token.ts'
import type { Role } from '../../core/member.ts'
import type { SessionEnd } from '../../core/session.ts'
import type { Json } from './tables.ts'

export interface AccountTables {
  readonly members: MemberTable
  readonly avatars: { member_id: string; image: Uint8Array; tag: string }
  readonly logins: LoginTable
  readonly notices: NoticeTable
  readonly audits: AuditTable
  readonly sessions: SessionTable
  readonly refresh_tokens: RefreshTokenTable
  readonly mail_tokens: MailTokenTable
  readonly rate_limits: { key: string; tries: Date[]; allowed: boolean; until: Date }
  readonly sign_in_attempts: SignInAttemptTable
  readonly link_codes: LinkCodeTable
}

export interface MemberTable {
  id: string
  username: string
  email: string | null
  email_confirmed_at: Date | null
  email_proven: Generated<boolean>
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
  end_reason: SessionEnd | null
  generation: Generated<number>
}

export interface RefreshTokenTable {
  hash: string
  session_id: string
  generation: number
  issued_at: Date
  replaced_at: Date | null
}

export interface MailTokenTable {
  hash: string
  member_id: string
  purpose: MailTokenPurpose
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
