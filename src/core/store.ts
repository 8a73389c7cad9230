import type { AgentPlaces } from './agent-place.ts'
import type { ApiKeys } from './api-key.ts'
import type { Branches } from './branch.ts'
import type { Changes } from './changes.ts'
import type { Audits } from './audit.ts'
import type { WorkspaceRoles } from './authority.ts'
import type { BreakGlasses } from './break-glass.ts'
import type { Decisions } from './decision.ts'
import type { Dialogues } from './dialogue.ts'
import type { Erasures } from './erasure.ts'
import type { Exports } from './export.ts'
import type { IdempotentReplies } from './idempotency.ts'
import type { Identities } from './identity.ts'
import type { Guides } from './guide.ts'
import type { Jobs } from './job.ts'
import type { AgentWishes, KeptAgents } from './kept-agent.ts'
import type { Logins } from './login.ts'
import type { LinkCodes } from './linking.ts'
import type { MailTokens } from './mail-token.ts'
import type { Members } from './member.ts'
import type { Messages } from './message.ts'
import type { Notices } from './notice.ts'
import type { Places } from './places.ts'
import type { Policies } from './policy.ts'
import type { PlaceNames } from './place-names.ts'
import type { Publications } from './publication.ts'
import type { Prices } from './price.ts'
import type { QuotaRequests } from './quota-request.ts'
import type { QuotaRules, Quotas } from './quota.ts'
import type { Providers } from './provider.ts'
import type { ModelCalls, Summaries } from './receipt.ts'
import type { Teammates } from './teammate.ts'
import type { Overviews } from './overview.ts'
import type { RateLimits } from './rate-limit.ts'
import type { RelayedRequests } from './relayed-request.ts'
import type { Retention } from './retention.ts'
import type { Roster } from './roster.ts'
import type { Sessions } from './session.ts'
import type { SetupLinks } from './setup.ts'
import type { SignInAttempts } from './sign-in-attempt.ts'
import type { Settings } from './settings.ts'
import type { Platform } from './thread.ts'
import type { Turns } from './turn.ts'
import type { UsageReports } from './usage-report.ts'

/** All that is kept, by noun. */
export interface Stores {
  readonly agentPlaces: AgentPlaces
  readonly agentWishes: AgentWishes
  readonly apiKeys: ApiKeys
  readonly branches: Branches
  readonly changes: Changes
  readonly audits: Audits
  readonly breakGlasses: BreakGlasses
  readonly decisions: Decisions
  readonly dialogues: Dialogues
  readonly erasures: Erasures
  readonly exports: Exports
  readonly idempotentReplies: IdempotentReplies
  readonly identities: Identities
  readonly guides: Guides
  readonly jobs: Jobs
  readonly keptAgents: KeptAgents
  readonly logins: Logins
  readonly linkCodes: LinkCodes
  readonly mailTokens: MailTokens
  readonly members: Members
  readonly messages: Messages
  readonly modelCalls: ModelCalls
  readonly notices: Notices
  readonly places: Places
  readonly policies: Policies
  readonly overviews: Overviews
  readonly placeNames: PlaceNames
  readonly publications: Publications
  readonly prices: Prices
  readonly providers: Providers
  readonly quotas: Quotas
  readonly quotaRequests: QuotaRequests
  readonly quotaRules: QuotaRules
  readonly rateLimits: RateLimits
  readonly relayedRequests: RelayedRequests
  readonly retention: Retention
  readonly roster: Roster
  readonly sessions: Sessions
  readonly setupLinks: SetupLinks
  readonly signInAttempts: SignInAttempts
  readonly settings: Settings
  readonly summaries: Summaries
  readonly teammates: Teammates
  readonly turns: Turns
  readonly usageReports: UsageReports
  readonly workspaceRoles: WorkspaceRoles
}

/** The one source of truth. Each call of a method is atomic by itself; `atomically` makes several one. */
export interface Store extends Stores {
  /**
   * Runs `work` in one transaction: all of it happens or nothing. Only the stores handed to `work` may be used
   * inside; using the outer ones there throws at once instead of waiting for ever.
   */
  atomically<T>(work: (stores: Stores) => Promise<T>): Promise<T>
}

/** Word between processes. At most once and only to those listening: a hint to look, never the truth itself. */
export interface Signals {
  /** Called with each signal of this process and the others; returns how to stop listening. */
  listen(listener: (signal: Signal) => void): () => void
}

export type Signal =
  | { readonly type: 'job'; readonly kind: string }
  | { readonly type: 'stop'; readonly turnId: string }
  /** Something stored of a Dialogue changed. */
  | { readonly type: 'dialogue'; readonly dialogueId: string }
  /** A newer state of an answer under way is to be had. */
  | { readonly type: 'answer'; readonly dialogueId: string; readonly turnId: string }
  /** Somebody watches this Dialogue, and wants to see its answers while they are written. */
  | { readonly type: 'watch'; readonly dialogueId: string }
  /** Who reads there, or in the whole workspace without a channel, may have changed. */
  | {
      readonly type: 'audience'
      readonly platform: Platform
      readonly workspaceId: string
      readonly channelId?: string | undefined
    }
  /** A session ended, on whichever process: what it had open is to be closed. */
  | { readonly type: 'session'; readonly sessionId: string }
