import type { ApiKeyScope } from '../../core/api-key.ts'

/** What programs bring and are answered. */
export interface ApiTables {
  readonly api_keys: ApiKeyTable
  readonly idempotent_replies: IdempotentReplyTable
}

export interface ApiKeyTable {
  id: string
  member_id: string
  hash: string
  name: string
  hint: string
  scopes: ApiKeyScope[]
  created_at: Date
  expires_at: Date | null
  used_at: Date | null
  revoked_at: Date | null
}

export interface IdempotentReplyTable {
  member_id: string
  hash: string
  request_hash: string
  token: string
  state: 'running' | 'done'
  status: number | null
  reply: string | null
  until: Date
}
