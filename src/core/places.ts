import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** A channel that Parley knows: it was asked in it, or told who reads it. No direct message, and none of the web's. */
export interface KnownPlace extends Place {
  /** What its platform calls it, and its workspace. */
  readonly name?: string
  readonly workspaceName?: string
  /** How many people read it. */
  readonly readers?: number
  readonly dialogues: number
  readonly usedAtMs?: number
  /** Something was said for exactly this channel. */
  readonly hasPolicy: boolean
  /** Of the channel's own rule, else of its workspace's. */
  readonly keptDays?: number
}

export interface PlaceFilter {
  readonly workspace?: Workspace
  /** In its name or id. */
  readonly q?: string
}

/** Channels, for those who manage them: nothing that was said. */
export interface Places {
  /** In the order of their workspaces and names, at most `limit`, those after the one with this `placeKey`. */
  list(
    filter: PlaceFilter,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<readonly KnownPlace[]>
  find(place: Place): Promise<KnownPlace | undefined>
}

/** One word for one channel, in addresses and forms: `slack:T1:C1`. */
export function placeKey({ platform, workspaceId, channelId }: Place): string {
  return [platform, workspaceId, channelId].join(':')
}
