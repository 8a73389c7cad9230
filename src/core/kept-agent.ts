import type { AgentChoice } from './agent.ts'
import type { AgentDefinition } from './agent-definition.ts'
import type { Workspace } from './workspace.ts'

/** An Agent that somebody made: what is being written of it, and what of it answers. */
export interface KeptAgent {
  readonly id: string
  /** Whose it is; absent for one of the whole installation. */
  readonly workspace?: Workspace
  readonly draft: AgentDefinition
  /** Grows with each change of the draft: who saves over what they did not see is told. */
  readonly revision: number
  /** The version that answers; absent until one is published. */
  readonly published?: AgentVersion
  readonly archived: boolean
}

export interface AgentVersion {
  readonly version: number
  readonly definition: AgentDefinition
  readonly publishedAtMs: number
  /** The Member; absent when they are gone. */
  readonly publishedBy?: string
  /** The earlier one that was published anew. */
  readonly from?: number
}

/** Agents as they are kept. Names are unique, without regard to case, among those of one workspace and not archived. */
export interface KeptAgents {
  /** Those of the installation and, with a workspace, its own too; by name, archived ones last. */
  list(workspace?: Workspace): Promise<readonly KeptAgent[]>
  find(id: string): Promise<KeptAgent | undefined>
  /** Those that may answer in a workspace: published, not archived, its own or the installation's; by name. */
  offered(workspace: Workspace): Promise<readonly AgentChoice[]>
  /** The version that answers. */
  answering(id: string): Promise<AgentVersion | undefined>
  /** Throws `conflict` when the name is taken. */
  add(agent: {
    readonly id: string
    readonly workspace?: Workspace
    readonly draft: AgentDefinition
    readonly atMs: number
  }): Promise<void>
  /** Throws `conflict` when the name is taken, or the draft is not at `revision` any more. */
  saveDraft(id: string, draft: AgentDefinition, revision: number, atMs: number): Promise<void>
  /** Makes the draft, or an earlier version anew, the version that answers, and gives its number. */
  publish(
    id: string,
    publishing: { readonly by: string; readonly atMs: number; readonly from?: number },
  ): Promise<number>
  /** An archived one answers nobody; its name is free. Throws `conflict` when it comes back to a name that is taken. */
  setArchived(id: string, archivedAtMs: number | null): Promise<void>
  /** Newest first. */
  versions(id: string): Promise<readonly AgentVersion[]>
}

/** What an Identity without a Member chose; a Member's choice is in their settings. */
export interface AgentWishes {
  of(identityId: string): Promise<string | undefined>
  set(identityId: string, agentId: string | undefined): Promise<void>
}
