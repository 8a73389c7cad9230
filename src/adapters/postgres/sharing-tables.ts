import type { Generated } from 'kysely'
import type { Platform } from '../../core/thread.ts'

export interface SharingTables {
  readonly branches: BranchTable
  readonly dialogue_members: DialogueMemberTable
  readonly dialogue_workspaces: DialogueWorkspaceTable
  readonly dialogue_marks: DialogueMarkTable
  readonly publications: PublicationTable
  readonly places: PlaceTable
  readonly audience_places: AudiencePlaceTable
  readonly audience_checks: AudienceCheckTable
  readonly audience_workspaces: AudienceWorkspaceTable
  readonly break_glasses: BreakGlassTable
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

export interface DialogueWorkspaceTable {
  dialogue_id: string
  platform: Platform
  workspace_id: string
  invited_by: string | null
  invited_at: Date
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

export interface AudienceCheckTable {
  identity_id: string
  checked_at: Date | null
  changes: Generated<number>
  /** How many places of the platform there were to ask about. */
  opened: Generated<number>
}

export interface AudienceWorkspaceTable {
  platform: Platform
  workspace_id: string
  changes: Generated<number>
  /** How many of its channels and private threads began to hold Dialogues. */
  opened: Generated<number>
}

export interface BreakGlassTable {
  id: string
  dialogue_id: string
  member_id: string
  reason: string
  opened_at: Date
  until: Date
}
