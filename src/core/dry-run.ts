import type { Agent, Agents } from './agent.ts'
import { decide, type Decision, type RefusedReason, type ThreadStanding } from './decision.ts'
import type { Identity } from './identity.ts'
import type { InboundMessage } from './inbound.ts'
import { findForbidden, moderatingModels } from './moderation.ts'
import { type Permission, permitByRoles } from './permission.ts'
import type { ChatPlatform } from './platform.ts'
import type { Policy } from './policy.ts'
import { type QuotaStanding, spentQuota } from './quota.ts'
import { quotasNameRoles, readRoles } from './role-reader.ts'
import type { Stores } from './store.ts'
import type { Place, Platform } from './thread.ts'

/** Where in a channel it would be said. */
export const spots = ['channel', 'alone', 'among', 'direct'] as const
export type Spot = (typeof spots)[number]

export interface DryRunDependencies {
  readonly store: Stores
  readonly agents: Agents
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly nowMs: () => number
}

/** What would happen to this text of this person here. */
export interface Trial {
  readonly place: Place
  readonly identity: Identity
  readonly text: string
  readonly spot: Spot
}

/** Every step that a message goes through, and what each would say. Nothing is kept, and no model is asked. */
export interface DryRun {
  readonly policy: Policy
  /** Whether Parley speaks to it at all. */
  readonly addressed: Decision
  readonly permission: Permission
  /** As the platform told them; absent where nobody needed them, or it did not tell. */
  readonly roles?: readonly string[]
  /** The word of a list that is in it. */
  readonly found?: string
  /** Models that would be asked about it besides. */
  readonly moderators: readonly string[]
  readonly standings: readonly QuotaStanding[]
  readonly spent?: QuotaStanding
  readonly agent: Agent
  /** What it all comes to. */
  readonly outcome: DryOutcome
}

export type DryOutcome =
  | { readonly outcome: 'answered' | 'ignored'; readonly decision: Decision }
  | { readonly outcome: 'refused'; readonly reason: RefusedReason | 'quota_exceeded' }

/** Tells what would happen, through the functions that decide it in earnest. */
export async function dryRun(deps: DryRunDependencies, trial: Trial, signal: AbortSignal): Promise<DryRun> {
  const { store, agents, nowMs } = deps
  const { place, identity, text } = trial
  const policy = await store.policies.for(place)
  const member = await store.members.ofIdentity(identity.id)
  const platform = deps.platforms.get(place.platform)
  const ask = platform?.rolesOf && (() => readRoles(platform, identity, place, signal))
  const judged = await permitByRoles(policy, { identity, ...(member ? { member } : {}) }, ask)
  const { permission } = judged
  // Limits may hang on them too, where the word does not.
  const roles = judged.roles ?? (ask && (await quotasNameRoles(store, place)) ? await ask() : undefined)
  const addressed = decide(toMessage(trial), standingOf(trial, policy))
  const found = findForbidden(policy.moderation, text, 'questions')
  const thread = { ...place, threadId: place.channelId }
  const standings = await store.quotas.standing({
    askerId: identity.id,
    thread,
    ...(roles ? { roles } : {}),
    atMs: nowMs(),
  })
  const spent = spentQuota(standings)
  return {
    policy,
    addressed,
    permission,
    ...(roles ? { roles } : {}),
    ...(found === undefined ? {} : { found }),
    moderators: moderatingModels(policy.moderation, 'questions'),
    standings,
    ...(spent ? { spent } : {}),
    agent: await agents.forAnswer({ thread }, identity),
    outcome: outcomeOf(addressed, permission, found, spent),
  }
}

function outcomeOf(
  addressed: Decision,
  permission: Permission,
  found: string | undefined,
  spent: QuotaStanding | undefined,
): DryOutcome {
  if (addressed.outcome !== 'answered') return { outcome: 'ignored', decision: addressed }
  if (permission.verdict === 'refused') return { outcome: 'refused', reason: permission.reason }
  if (permission.verdict === 'roles_needed') return { outcome: 'refused', reason: 'roles_unread' }
  if (found !== undefined) return { outcome: 'refused', reason: 'moderated' }
  if (spent) return { outcome: 'refused', reason: 'quota_exceeded' }
  return { outcome: 'answered', decision: addressed }
}

function standingOf({ spot, place }: Trial, { answerMode }: Policy): ThreadStanding {
  return {
    joined: spot === 'alone' || spot === 'among',
    otherSpeakers: spot === 'among' ? 1 : 0,
    ...(place.platform === 'web' ? {} : { answerMode }),
  }
}

function toMessage({ place, identity, text, spot }: Trial): InboundMessage {
  const said = text.replaceAll(/(?<![\w@])@parley\b/giu, '@Parley')
  return {
    kind: 'message',
    key: 'message:trial',
    thread: { ...place, threadId: 'trial' },
    messageRef: 'trial',
    author: identity,
    text: said,
    sentAtMs: 0,
    direct: spot === 'direct',
    mentionsParley: said.includes('@Parley'),
    inThread: spot === 'alone' || spot === 'among',
    files: [],
  }
}
