import type { Generated } from 'kysely'
import type { QuotaPeriod, QuotaScope, QuotaUnit } from '../../core/quota.ts'
import type { Platform } from '../../core/thread.ts'
import type { CallPurpose } from '../../core/usage.ts'

export interface QuotaTables {
  readonly quota_rules: QuotaRuleTable
  readonly quota_buckets: QuotaBucketTable
  readonly quota_grants: QuotaGrantTable
  readonly quota_warnings: { subject: string; unit: QuotaUnit; bucket: string; warned_at: Generated<Date> }
  readonly quota_requests: QuotaRequestTable
  readonly reservations: ReservationTable
  readonly usages: UsageTable
  readonly prices: PriceTable
}

export interface QuotaRuleTable {
  id: string
  ordinal: number
  platform: Platform | null
  workspace_id: string | null
  scope: QuotaScope
  subject: string
  role: string | null
  unit: QuotaUnit
  period: QuotaPeriod
  most: number
  soft: boolean
  step_down_to: string | null
}

export interface QuotaBucketTable {
  subject: string
  bucket: string
  requests_used: Generated<number>
  requests_held: Generated<number>
  tokens_used: Generated<number>
  tokens_held: Generated<number>
  cost_used: Generated<number>
  cost_held: Generated<number>
  ends_at: Date
}

export interface QuotaGrantTable {
  subject: string
  unit: QuotaUnit
  bucket: string
  amount: number
  granted_at: Generated<Date>
}

export interface QuotaRequestTable {
  id: string
  asker_id: string
  platform: Platform
  workspace_id: string
  channel_id: string
  scope: QuotaScope
  subject: string
  unit: QuotaUnit
  bucket: string
  most: number
  used: number
  resets_at: Date
  requested_at: Date
  reason: string | null
  state: Generated<'open' | 'granted' | 'declined'>
  decided_by: string | null
  decided_at: Date | null
  amount: number | null
}

export interface ReservationTable {
  id: string
  state: 'open' | 'settled' | 'released'
  asker_id: string
  platform: Platform
  workspace_id: string
  channel_id: string
  agent_id: string | null
  requests: 0 | 1
  charged: Generated<boolean>
  requests_held: Generated<number>
  tokens_held: Generated<number>
  cost_held: Generated<number>
  subjects: Generated<string[]>
  buckets: Generated<string[]>
  at: Date
  ended_at: Date | null
}

export interface UsageTable {
  call_id: string
  reservation_id: string
  at: Date
  platform: Platform
  workspace_id: string
  channel_id: string
  identity_id: string
  agent_id: string | null
  model: string
  provider: string | null
  purpose: CallPurpose
  requests: number
  input_tokens: number
  cached_input_tokens: number
  output_tokens: number
  cost_micros: number | null
  estimated: boolean
}

export interface PriceTable {
  model: string
  since: Date
  input_micros: number
  cached_input_micros: number | null
  output_micros: number
}
