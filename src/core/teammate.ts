import type { Viewer } from './member.ts'
import type { NamedWorkspace, Workspace } from './workspace.ts'

/** A Member who was invited into a web Dialogue. */
export interface Teammate {
  readonly memberId: string
  readonly username: string
  readonly nickname: string
}

/** Who besides its owner takes part in a web Dialogue. With the last one gone it is its owner's alone again. */
export interface Teammates {
  list(dialogueId: string): Promise<readonly Teammate[]>
  /** Nothing happens for who is in it already. */
  invite(dialogueId: string, memberId: string, invitedBy: string, atMs: number): Promise<void>
  /** Nothing happens for who is not in it. */
  remove(dialogueId: string, memberId: string): Promise<void>
  /** Workspaces whose people take part: all who can read any of their channels, for as long as they can. */
  workspaces(dialogueId: string): Promise<readonly NamedWorkspace[]>
  /** Workspaces in which this Viewer can read a channel now, as their platforms said. */
  workspacesOf(viewer: Viewer, atMs: number): Promise<readonly NamedWorkspace[]>
  /** Nothing happens for one that is in it already. */
  inviteWorkspace(dialogueId: string, workspace: Workspace, invitedBy: string, atMs: number): Promise<void>
  removeWorkspace(dialogueId: string, workspace: Workspace): Promise<void>
}
