import type { Member, Role } from './member.ts'
import type { Platform } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** Which Members are listed. */
export interface RosterFilter {
  /** In their username or nickname, and in their address when `byEmail`. */
  readonly q?: string
  readonly byEmail?: boolean
  readonly role?: Role
  readonly suspended?: boolean
  /** They have an account there that is linked. */
  readonly platform?: Platform
  /** They have an account in it, read a channel of it, or were given a role in it. */
  readonly workspace?: Workspace
}

/** A Member as those who manage see them: nothing that was said. */
export interface RosterEntry {
  readonly member: Member
  /** Where they have linked accounts, besides the web. */
  readonly platforms: readonly Platform[]
  /** When a session of theirs was last used. */
  readonly seenAtMs?: number
  /** Their erasure was begun: nothing of them comes back. */
  readonly erasing: boolean
}

/** Everybody who has an account, for those who manage. */
export interface Roster {
  /** In the order of their usernames, at most `limit`, those after the username `after`. */
  list(
    filter: RosterFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly RosterEntry[]>
  /** One of them; undefined also for who is not in that workspace. */
  find(id: string, workspace?: Workspace): Promise<RosterEntry | undefined>
  /** What Members and Identities with these ids are called; those unknown or gone are left out. */
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}
