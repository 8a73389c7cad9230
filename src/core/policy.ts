import type { Identity } from './identity.ts'
import type { Language, Member } from './member.ts'
import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** When Parley speaks in a channel: to a mention alone, to follow-ups of the one who asked too, or to everything. */
export const answerModes = ['mention', 'follow_up', 'all'] as const
export type AnswerMode = (typeof answerModes)[number]

/** What was decided for one channel, or for a workspace and all its channels that say nothing else. */
export interface Policy {
  /** First that matches decides; who matches none is allowed. */
  readonly access: readonly AccessRule[]
  /** Only who linked their account to a Member with a confirmed address: one person, one allowance. */
  readonly linkedOnly: boolean
  readonly answerMode: AnswerMode
  /** In a thread under the question, or in the channel itself. */
  readonly answersIn: 'thread' | 'place'
  readonly language?: Language
  readonly moderation?: Moderation
}

export interface AccessRule {
  readonly effect: 'allow' | 'deny'
  /** `everybody`; a platform's or Parley's role, such as `slack:guest`, `discord:ROLE_ID`, `external`; or one person. */
  readonly who:
    | { readonly kind: 'everybody' }
    | { readonly kind: 'role'; readonly role: string }
    | { readonly kind: 'member'; readonly memberId: string }
    | { readonly kind: 'identity'; readonly identityId: string }
}

/** Looked for before a model is asked and after it answered; what is found is refused with the reason. */
export interface Moderation {
  /** Words and phrases, without regard to case; whole words only. */
  readonly words: readonly string[]
  /** A model that is asked whether a text may pass; absent for words alone. */
  readonly model?: string
  readonly checks: 'questions' | 'answers' | 'both'
}

/** Who speaks, as a Policy sees them. */
export interface Speaking {
  readonly identity: Identity
  readonly member?: Member
  /** What the platform calls them there, such as `slack:admin`, `slack:guest`, `external`. */
  readonly roles: readonly string[]
}

export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'not_allowed' | 'link_needed' | 'suspended' }

export interface Policies {
  /** What holds in a place: the channel's own words over those of its workspace over those of the installation. */
  for(place: Place): Promise<Policy>
  /** What was said for exactly this; `undefined` where nothing was. */
  find(of: Workspace & { readonly channelId?: string }): Promise<Partial<Policy> | undefined>
  /** Takes the place of what was said; `undefined` takes it away. */
  set(of: Workspace & { readonly channelId?: string }, policy: Partial<Policy> | undefined): Promise<void>
}

export const usualPolicy: Policy = {
  access: [],
  linkedOnly: false,
  answerMode: 'follow_up',
  answersIn: 'thread',
}
