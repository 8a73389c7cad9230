import { sql } from 'kysely'
import type { Platform } from '../../core/thread.ts'
import type { NamedWorkspace } from '../../core/workspace.ts'

/** A workspace with the name that `workspaceName` found. */
export interface WorkspaceRow {
  readonly platform: Platform
  readonly workspace_id: string
  readonly name: string | null
}

/** What the workspace of each row of this table is called. The name may have been told with whichever of its channels. */
export function workspaceName(table: string) {
  const of = sql.table(table)
  return sql`(select max(workspace_name) from places
    where places.platform = ${of}.platform and places.workspace_id = ${of}.workspace_id)`
}

export function toWorkspace({ platform, workspace_id: workspaceId, name }: WorkspaceRow): NamedWorkspace {
  return { platform, workspaceId, ...(name === null ? {} : { name }) }
}
