import type { WorkspaceRole } from '../../core/authority.ts'
import type { Platform } from '../../core/thread.ts'

export interface AdminTables {
  workspace_roles: WorkspaceRoleTable
}

export interface WorkspaceRoleTable {
  member_id: string
  platform: Platform
  workspace_id: string
  role: WorkspaceRole['role']
}
