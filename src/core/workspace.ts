import { isPlatform, type Platform } from './thread.ts'

/** A Slack team, a Discord guild, or the one workspace of the web. */
export interface Workspace {
  readonly platform: Platform
  readonly workspaceId: string
}

/** By the name its platform gave it, where it did. */
export interface NamedWorkspace extends Workspace {
  readonly name?: string
}

/** One word for one workspace, in addresses and forms: `slack:T024BE7LD`. */
export function workspaceKey({ platform, workspaceId }: Workspace): string {
  return `${platform}:${workspaceId}`
}

export function parseWorkspace(key: string): Workspace | undefined {
  const at = key.indexOf(':')
  const platform = key.slice(0, at)
  const workspaceId = key.slice(at + 1)
  return at > 0 && isPlatform(platform) && workspaceId !== '' ? { platform, workspaceId } : undefined
}

export function isIn(place: Workspace, workspace: Workspace): boolean {
  return place.platform === workspace.platform && place.workspaceId === workspace.workspaceId
}
