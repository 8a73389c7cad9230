import type { AgentChoices, Agents } from './agent.ts'
import type { Clock } from './clock.ts'
import type { InboundVisit } from './inbound.ts'
import type { Outcome } from './decision.ts'
import { showHome } from './home-job.ts'
import type { Identity } from './identity.ts'
import type { Job } from './job.ts'
import { issueLink, type LinkMaking, unlinkAccount } from './linking.ts'
import type { ChatPlatform } from './platform.ts'
import { readRoles } from './role-reader.ts'
import { standingWords } from './standing-words.ts'
import type { Store, Stores } from './store.ts'
import type { Platform } from './thread.ts'
import { wish } from './wish.ts'
import type { JobHandler } from './worker.ts'

/** What Parley's own page on a platform tells the one person who sees it. */
export interface Home {
  /** Who they are there. */
  readonly name?: string
  readonly linkedTo?: { readonly nickname: string; readonly username: string }
  /** A link to tie this account to a Member; asked for, and good for ten minutes. */
  readonly linkUrl?: string
  readonly publicUrl: string
  /** Whom they may choose there; absent where there is one alone. */
  readonly agents?: AgentChoices
  /** How they stand, in Markdown. */
  readonly standing?: string
}

/** Somebody opened the page, or pressed a button on it. */
export async function receiveVisit(stores: Stores, visit: InboundVisit, nowMs: number): Promise<Outcome> {
  const person = await stores.identities.meet(visit.by)
  if (visit.wants === 'unlink') await unlinkAccount(stores, person, nowMs, { from: 'platform' })
  if (visit.agent !== undefined) await wish(stores, person, visit.agent === '' ? undefined : visit.agent)
  await showHome(stores.jobs, person.id, visit.wants === 'link', visit.place.workspaceId)
  return { decision: { outcome: 'answered', reason: 'visit' }, by: visit.by }
}

export interface HomeDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly linking: LinkMaking
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly agents?: Agents
}

/** The link is made here and not when it was asked for: a queue must not hold what opens something. */
export function createHomeHandler(deps: HomeDependencies): JobHandler {
  return { maxAttempts: 4, run: (job, signal) => show(deps, job, signal) }
}

async function show(deps: HomeDependencies, job: Job, signal: AbortSignal): Promise<void> {
  const { store, clock, linking, platforms, agents } = deps
  const identityId = String(job.payload['identityId'])
  const person = (await store.identities.get([identityId])).get(identityId)
  const platform = person && platforms.get(person.platform)
  if (!person || !platform?.showHome) return
  const owner = await store.members.ofIdentity(identityId)
  const linkUrl =
    job.payload['wantsLink'] === true && !owner
      ? await issueLink(store, linking, person, clock.nowMs())
      : undefined
  const place = { platform: person.platform, workspaceId: person.realm, channelId: 'home' }
  const choices = await agents?.choices(place, person)
  const standing = await standingOf(deps, platform, person, job, signal)
  await platform.showHome(
    person,
    {
      publicUrl: linking.publicUrl,
      ...(choices && choices.agents.length > 1 ? { agents: choices } : {}),
      standing,
      ...(person.name === undefined ? {} : { name: person.name }),
      ...(owner ? { linkedTo: { nickname: owner.nickname, username: owner.username } } : {}),
      ...(linkUrl === undefined ? {} : { linkUrl }),
    },
    signal,
  )
}

/** In the workspace they look from; a direct message is the place in it that is theirs alone. */
async function standingOf(
  { store, clock, linking }: HomeDependencies,
  platform: ChatPlatform,
  person: Identity,
  { payload }: Job,
  signal: AbortSignal,
): Promise<string> {
  const { workspaceId } = payload
  const place = {
    platform: person.platform,
    workspaceId: typeof workspaceId === 'string' ? workspaceId : person.realm,
    channelId: '',
  }
  const roles = (await readRoles(platform, person, place, signal)) ?? []
  return standingWords(store, { person, place, roles, atMs: clock.nowMs(), publicUrl: linking.publicUrl })
}
