import type { Platform } from '../../core/thread.ts'
import type { Json } from './tables.ts'

export interface PolicyTables {
  policies: PolicyTable
}

export interface PolicyTable {
  /** Empty for the installation. */
  platform: Platform | ''
  workspace_id: string
  /** Empty for the whole workspace. */
  channel_id: string
  policy: Json
}
