import type { Log } from './log.ts'
import type { Member } from './member.ts'
import type { ChatPlatform } from './platform.ts'
import type { Store } from './store.ts'
import type { Platform } from './thread.ts'
import { isIn, type NamedWorkspace, type Workspace, workspaceKey } from './workspace.ts'

export interface ClaimDependencies {
  readonly store: Store
  readonly platforms: ReadonlyMap<Platform, Pick<ChatPlatform, 'administers'>>
  readonly nowMs: () => number
  readonly log: Log
}

export interface Claimable extends NamedWorkspace {
  /** They manage it already. */
  readonly claimed: boolean
}

/** Workspaces that this Member's linked accounts are in, on platforms that can say who administers them. */
export async function claimable(
  { store, platforms, nowMs }: ClaimDependencies,
  member: Member,
): Promise<readonly Claimable[]> {
  const [viewer, given] = await Promise.all([
    store.members.viewer(member.id),
    store.workspaceRoles.of(member.id),
  ])
  const found = await store.teammates.workspacesOf(viewer, nowMs())
  return found
    .filter(({ platform }) => platforms.get(platform)?.administers !== undefined)
    .map(workspace => ({
      ...workspace,
      claimed: given.some(one => one.role === 'admin' && isIn(one, workspace)),
    }))
}

/**
 * Makes this Member an admin of a workspace that the platform says one of their linked accounts administers. False when
 * it says otherwise. Throws `platform_*` when it cannot be asked.
 */
export async function claimWorkspace(
  deps: ClaimDependencies,
  by: { readonly member: Member; readonly address?: string },
  workspace: Workspace,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, platforms, nowMs, log } = deps
  const { member, address } = by
  if (!(await claimable(deps, member)).some(one => isIn(one, workspace))) return false
  const accounts = (await store.members.identities(member.id)).filter(
    ({ platform }) => platform === workspace.platform,
  )
  for (const account of accounts) {
    const asked = platforms.get(workspace.platform)?.administers?.(account, workspace.workspaceId, signal)
    if (!(await asked)) continue
    await store.atomically(async stores => {
      // Unlinked meanwhile, it is somebody else's word.
      if ((await stores.members.ofIdentity(account.id))?.id !== member.id) return
      await stores.workspaceRoles.set(member.id, workspace, 'admin')
      await stores.audits.add({
        atMs: nowMs(),
        actorId: member.id,
        action: 'workspace_role_claimed',
        subject: member.id,
        detail: { workspace: workspaceKey(workspace), before: null, after: 'admin' },
        ...(address === undefined ? {} : { address }),
      })
    })
    log.info({ platform: workspace.platform, workspaceId: workspace.workspaceId }, 'a workspace was claimed')
    return true
  }
  return false
}
