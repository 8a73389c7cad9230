import type { Platform } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** Where an Identity is unique: a Slack enterprise or team; just `discord` or `web`. */
export interface IdentityRef {
  readonly platform: Platform
  readonly realm: string
  readonly userId: string
}

/** Who said something, as an event tells it. Slack's events carry no name: it is looked up later. */
export interface Author extends IdentityRef {
  readonly name?: string
}

/** A person's account on one platform. */
export interface Identity extends IdentityRef {
  readonly id: string
  readonly name?: string
}

/** With which of a person's accounts they are in a workspace: that of its realm, else one of its platform. */
export function accountIn(
  accounts: readonly Identity[],
  { platform, workspaceId }: Workspace,
): Identity | undefined {
  const there = accounts.filter(account => account.platform === platform)
  return there.find(({ realm }) => realm === workspaceId) ?? there[0]
}

export interface Identities {
  /**
   * The Identity of this author, made on first sight; a name that is told replaces an older one. One that was met is
   * taken as it is.
   */
  meet(author: Author | Identity): Promise<Identity>
  /**
   * The one account that somebody who manages means by the platform's id or by a name; in this workspace's platform
   * where one is told. Undefined where there is none, and for a name that several have.
   */
  findTyped(typed: string, platform?: Platform): Promise<Identity | undefined>
  get(ids: readonly string[]): Promise<ReadonlyMap<string, Identity>>
  /** Names known for these users of one realm, by user id. */
  names(platform: Platform, realm: string, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}
