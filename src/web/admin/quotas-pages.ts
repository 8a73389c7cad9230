import type { Context } from 'hono'
import { builtInAgentId } from '../../core/agent.ts'
import type { Store } from '../../core/store.ts'
import type { Workspace } from '../../core/workspace.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'

/** What the pages of limits, usage and prices are made of. */
export interface QuotaPages {
  readonly store: Store
  readonly nowMs: () => number
  /** Whence a request comes, as far as it is believed. */
  readonly address: (c: Context) => string | undefined
}

/** Agents that answer: who is named in usage, and may take over once a limit that warns is spent. */
export async function agentsOf(
  { keptAgents }: Pick<Store, 'keptAgents'>,
  workspace: Workspace | undefined,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const kept = await keptAgents.list(workspace)
  const answering = kept.flatMap(({ id, published, archived }) =>
    published && !archived ? [{ id, name: published.definition.name }] : [],
  )
  return [{ id: builtInAgentId, name: 'Parley' }, ...answering]
}

/** What places are called on these pages. */
export interface Naming {
  workspace(id: string): string
  /** Of `C1` or `slack:T1:C1`. */
  channel(id: string): string
  /** The ids of channels of this name, with or without its #. */
  channelsNamed(name: string): readonly string[]
  readonly channels: readonly { readonly id: string; readonly name: string }[]
}

/** More channels than anybody looks through. */
const mostPlaces = 2_000

export async function namingOf(store: Store, workspace: Workspace | undefined): Promise<Naming> {
  const places = await store.placeNames.list(workspace, mostPlaces)
  const workspaces = new Map<string, string>()
  const channels = new Map<string, string>()
  for (const place of places) {
    const key = workspaceKey(place)
    if (place.workspaceName !== undefined) {
      workspaces.set(key, place.workspaceName)
      workspaces.set(place.workspaceId, place.workspaceName)
    }
    if (place.channelName === undefined) continue
    const name = `#${place.channelName}`
    channels.set(place.channelId, name)
    channels.set(`${key}:${place.channelId}`, name)
  }
  const known = places.flatMap(({ channelId: id }) => {
    const name = channels.get(id)
    return name === undefined ? [] : [{ id, name }]
  })
  return {
    workspace: id => workspaces.get(id) ?? id,
    channel: id => channels.get(id) ?? id.split(':').at(-1) ?? id,
    channelsNamed: name => known.filter(one => one.name === `#${name.replace(/^#/, '')}`).map(({ id }) => id),
    channels: known,
  }
}

/** The time zone in which days and months of this workspace, or of the installation, begin. */
export async function zoneOf(store: Store, workspace: Workspace | undefined): Promise<string> {
  const settings = await (workspace
    ? store.settings.workspace(workspace.platform, workspace.workspaceId)
    : store.settings.installation())
  return settings.timeZone
}

/** What is administered here, by name. */
export function whereOf(c: Context<WebEnv>, naming: Naming): string {
  const workspace = c.get('workspace')
  return workspace ? naming.workspace(workspaceKey(workspace)) : c.get('words').quotas.everywhere
}
