import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** A channel by the names that its platform told. */
export interface NamedPlace extends Place {
  readonly workspaceName?: string
  readonly channelName?: string
}

export interface PlaceNames {
  /** Channels with a known name, of one workspace or of all, by name; at most `limit`. */
  list(workspace: Workspace | undefined, limit: number): Promise<readonly NamedPlace[]>
}
