import { builtInAgentId } from './agent.ts'
import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** The installation, a workspace, or one of its channels. */
export type PlaceRef = Partial<Workspace> & { readonly channelId?: string }

/** What was said for one place about its Agents. What is absent is as in the place around it. */
export interface AgentPlace {
  /** Who answers where nobody chose. */
  readonly usual?: string
  /** Who may be chosen; the usual one always may. */
  readonly choosable?: readonly string[]
  /** Of Agents that have no instructions of their own. */
  readonly instructions?: string
  /** What every answer there carries, besides the notes of the places around it. */
  readonly notes?: string
}

export interface AgentPlaces {
  /** What was said for exactly this. */
  find(of: PlaceRef): Promise<AgentPlace>
  /** Takes the place of what was said. */
  set(of: PlaceRef, said: AgentPlace): Promise<void>
  /** What holds in a place, the installation's first and the channel's last, with the names that the platform gave. */
  onPath(place: Place): Promise<PlacePath>
  /** Places of a workspace of which something was said, its channels by id; of the installation alone without one. */
  list(workspace?: Workspace): Promise<readonly (PlaceRef & AgentPlace)[]>
  /** Channels of a workspace that Parley has met, by name. */
  channels(workspace: Workspace): Promise<readonly { readonly channelId: string; readonly name?: string }[]>
  /** Workspaces that Parley has met, by name. */
  workspaces(): Promise<readonly (Workspace & { readonly name?: string })[]>
}

export interface PlacePath {
  readonly said: readonly AgentPlace[]
  readonly workspaceName?: string
  readonly channelName?: string
}

interface Offered {
  readonly id: string
}

/** Ids of who may be chosen on a path, among those that are published. */
export function choosableOn(said: readonly AgentPlace[], offered: readonly Offered[]): ReadonlySet<string> {
  const list = said.findLast(({ choosable }) => choosable !== undefined)?.choosable
  const all = [builtInAgentId, ...offered.map(({ id }) => id)]
  const usual = usualOn(said, offered)
  return new Set([usual, ...(list === undefined ? all : all.filter(id => list.includes(id)))])
}

/** The one that answers on a path where nobody chose: the nearest word that names an Agent that is published. */
export function usualOn(said: readonly AgentPlace[], offered: readonly Offered[]): string {
  const known = new Set([builtInAgentId, ...offered.map(({ id }) => id)])
  return said.findLast(({ usual }) => usual !== undefined && known.has(usual))?.usual ?? builtInAgentId
}
