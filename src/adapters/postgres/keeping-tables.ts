import type { Generated } from 'kysely'
import type { Platform } from '../../core/thread.ts'
import type { Json } from './tables.ts'

/** What is kept how long, and what is known of what is kept no more. */
export interface KeepingTables {
  readonly installation_settings: { key: string; value: Json }
  readonly workspace_settings: { platform: Platform; workspace_id: string; key: string; value: Json }
  readonly retention_rules: RetentionRuleTable
  readonly erasures: ErasureTable
  readonly erased_threads: ErasedThreadTable
}

export interface RetentionRuleTable {
  platform: Platform
  workspace_id: string
  /** Empty for the whole workspace. */
  channel_id: Generated<string>
  days: number
}

export interface ErasureTable {
  id: string
  scope: 'dialogue' | 'member'
  counts: Json
  requested_at: Date
  ended_at: Date | null
}

export interface ErasedThreadTable {
  platform: Platform
  workspace_id: string
  channel_id: string
  thread_id: string
  erased_at: Date
}
