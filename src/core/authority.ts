import { ParleyError } from './errors.ts'
import type { Member, Role } from './member.ts'
import { isIn, type NamedWorkspace, type Workspace } from './workspace.ts'

/** What somebody may do as owner, admin or auditor: in the whole installation by their Role, or in workspaces. */
export interface Authority {
  readonly memberId: string
  readonly role: Role
  /** Workspaces that were given to them to manage, or to read the usage of. */
  readonly workspaces: readonly WorkspaceRole[]
}

export interface WorkspaceRole extends Workspace {
  readonly role: 'admin' | 'auditor'
}

export interface WorkspaceRoles {
  of(memberId: string): Promise<readonly WorkspaceRole[]>
  in(
    workspace: Workspace,
  ): Promise<readonly { readonly memberId: string; readonly role: WorkspaceRole['role'] }[]>
  /** Owners and admins, and who manages this workspace; nobody who is suspended. */
  managing(workspace: Workspace | undefined): Promise<readonly string[]>
  /** Those they may look at, of those that Parley has met, by the names that platforms gave them; at most 200. */
  visibleTo(authority: Authority): Promise<readonly NamedWorkspace[]>
  /** `undefined` takes it away. */
  set(memberId: string, workspace: Workspace, role: WorkspaceRole['role'] | undefined): Promise<void>
}

export function authorityOf(member: Member, workspaces: readonly WorkspaceRole[]): Authority {
  return { memberId: member.id, role: member.role, workspaces: member.suspended ? [] : workspaces }
}

/** Changes what concerns everybody; with a workspace, what concerns that one. */
export function mayManage({ role, workspaces }: Authority, workspace?: Workspace): boolean {
  if (role === 'owner' || role === 'admin') return true
  return workspace !== undefined && workspaces.some(given => given.role === 'admin' && isIn(given, workspace))
}

/** Reads numbers and names, and no content: who manages does too. */
export function mayAudit(authority: Authority, workspace?: Workspace): boolean {
  if (mayManage(authority, workspace) || authority.role === 'auditor') return true
  return workspace !== undefined && authority.workspaces.some(given => isIn(given, workspace))
}

/** Has a reason to open /admin at all. */
export function seesAdmin({ role, workspaces }: Authority): boolean {
  return role !== 'member' || workspaces.length > 0
}

/** Throws `forbidden`. */
export function checkManages(authority: Authority, workspace?: Workspace): void {
  if (!mayManage(authority, workspace)) throw new ParleyError('forbidden', 'This is for those who manage it.')
}

/** Only owners make and unmake owners and admins; admins the rest. */
export function mayGiveRole(by: Role, { from, to }: { readonly from: Role; readonly to: Role }): boolean {
  return mayTouch(by, from) && mayTouch(by, to)
}

/** Whether one of this role may suspend, sign out or erase one of that role. */
export function mayTouch(by: Role, other: Role): boolean {
  return by === 'owner' || (by === 'admin' && (other === 'auditor' || other === 'member'))
}

/** Of others' workspaces nothing is said to who manages only one. */
export function seesRole({ role, workspaces }: Authority, given: Workspace): boolean {
  return role !== 'member' || workspaces.some(own => isIn(own, given))
}
