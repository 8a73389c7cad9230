import type { AgentChoices, Agents } from './agent.ts'
import type { Clock } from './clock.ts'
import type { InboundVisit } from './inbound.ts'
import type { Outcome } from './decision.ts'
import { showHome } from './home-job.ts'
import type { Job } from './job.ts'
import { issueLink, type LinkMaking, unlinkAccount } from './linking.ts'
import type { ChatPlatform } from './platform.ts'
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
}

/** Somebody opened the page, or pressed a button on it. */
export async function receiveVisit(stores: Stores, visit: InboundVisit, nowMs: number): Promise<Outcome> {
  const person = await stores.identities.meet(visit.by)
  if (visit.wants === 'unlink') await unlinkAccount(stores, person, nowMs, { from: 'platform' })
  if (visit.agent !== undefined) await wish(stores, person, visit.agent === '' ? undefined : visit.agent)
  await showHome(stores.jobs, person.id, visit.wants === 'link')
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

async function show(
  { store, clock, linking, platforms, agents }: HomeDependencies,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
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
  await platform.showHome(
    person,
    {
      publicUrl: linking.publicUrl,
      ...(choices && choices.agents.length > 1 ? { agents: choices } : {}),
      ...(person.name === undefined ? {} : { name: person.name }),
      ...(owner ? { linkedTo: { nickname: owner.nickname, username: owner.username } } : {}),
      ...(linkUrl === undefined ? {} : { linkUrl }),
    },
    signal,
  )
}
