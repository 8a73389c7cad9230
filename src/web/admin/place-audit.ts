import type { PlaceRef } from '../../core/agent-place.ts'
import type { Audit } from '../../core/audit.ts'
import { type Act, audit } from '../../core/managing.ts'
import { placeKey } from '../../core/places.ts'
import type { Stores } from '../../core/store.ts'
import { type Workspace, workspaceKey } from '../../core/workspace.ts'

/** Records a change of what holds in a place; who manages its workspace finds it in their own log. */
export function auditPlace(
  stores: Stores,
  act: Act,
  action: string,
  { of, detail }: { readonly of: PlaceRef; readonly detail: Audit['detail'] },
): Promise<void> {
  return audit(stores, act, action, subjectOf(of), { ...detail, ...inWorkspace(workspaceOf(of)) })
}

/** What an audit says of the workspace that something belongs to. */
export function inWorkspace(workspace: Workspace | undefined): { readonly workspace?: string } {
  return workspace ? { workspace: workspaceKey(workspace) } : {}
}

function subjectOf(of: PlaceRef): string {
  const workspace = workspaceOf(of)
  if (!workspace) return 'installation'
  const { channelId } = of
  return channelId === undefined ? workspaceKey(workspace) : placeKey({ ...workspace, channelId })
}

function workspaceOf({ platform, workspaceId }: PlaceRef): Workspace | undefined {
  return platform === undefined || workspaceId === undefined ? undefined : { platform, workspaceId }
}
