import type { Generated } from 'kysely'
import type { Platform } from '../../core/thread.ts'
import type { Json } from './tables.ts'

export interface AgentTables {
  agents: AgentTable
  agent_versions: AgentVersionTable
  agent_places: AgentPlaceTable
  agent_wishes: { identity_id: string; agent_id: string }
  guides: { dialogue_id: string; agent_id: string; questions: Json; asker_id: string }
  guide_questions: { message_id: string; dialogue_id: string; number: number; after_sequence: number }
  guide_answers: { question_id: string; message_id: string }
}

export interface AgentTable {
  id: string
  platform: Platform | null
  workspace_id: string | null
  name: string
  draft: Json
  revision: Generated<number>
  published_version: number | null
  created_at: Date
  changed_at: Date
  archived_at: Date | null
}

export interface AgentVersionTable {
  agent_id: string
  version: number
  definition: Json
  published_at: Date
  published_by: string | null
  from_version: number | null
}

export interface AgentPlaceTable {
  platform: Platform | ''
  workspace_id: string
  channel_id: string
  usual: string | null
  choosable: Json | null
  instructions: string | null
  notes: string | null
}
