import type { Language } from './member.ts'
import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** When Parley speaks in a channel: to a mention alone, to follow-ups of the one who asked too, or to everything. */
export const answerModes = ['mention', 'follow_up', 'all'] as const
export type AnswerMode = (typeof answerModes)[number]

/** In a thread under the question, or in the channel itself. */
export const answerPlaces = ['thread', 'place'] as const
export type AnswersIn = (typeof answerPlaces)[number]

/** What was said for the installation, a workspace or a channel. What is left out is said elsewhere, or as usual. */
export interface PolicyLevel {
  /** First that matches decides; who matches none is judged by the wider level. */
  readonly access?: readonly AccessRule[]
  /** Only who linked their account to a Member with a confirmed address: one person, one allowance. */
  readonly linkedOnly?: boolean
  readonly answerMode?: AnswerMode
  readonly answersIn?: AnswersIn
  /** Every answer is given in it, whatever the question is written in. */
  readonly language?: Language
  readonly moderation?: Moderation
}

export interface AccessRule {
  readonly effect: 'allow' | 'deny'
  readonly who: AccessSubject
}

/** `everybody`; a platform's or Parley's role, such as `slack:guest`, `discord:ROLE_ID`, `external`; or one person. */
export type AccessSubject =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'member'; readonly memberId: string }
  | { readonly kind: 'identity'; readonly identityId: string }

export const moderationChecks = ['questions', 'answers', 'both'] as const

/** Looked for before a model is asked and after it answered; what is found is refused with the reason. */
export interface Moderation {
  /** Words and phrases, without regard to case; whole words only. */
  readonly words: readonly string[]
  /** A model that is asked whether a text may pass; absent for words alone. */
  readonly model?: string
  readonly checks: (typeof moderationChecks)[number]
}

/** What holds in a place, all levels together. */
export interface Policy {
  /**
   * Each list has to let a person through. A channel's rules go before its workspace's in one list; the
   * installation's are a list of their own, which nobody who manages a workspace can undo.
   */
  readonly access: readonly (readonly AccessRule[])[]
  readonly linkedOnly: boolean
  readonly answerMode: AnswerMode
  readonly answersIn: AnswersIn
  readonly language?: Language
  /** Each of them looks. */
  readonly moderation: readonly Moderation[]
}

export interface PolicyLevels {
  readonly installation?: PolicyLevel
  readonly workspace?: PolicyLevel
  readonly channel?: PolicyLevel
}

/** Where a level is said: for the installation without a workspace, for a workspace without a channel. */
export interface PolicyScope {
  readonly workspace?: Workspace
  readonly channelId?: string
}

export interface Policies {
  /** What holds in a place. */
  for(place: Place): Promise<Policy>
  /** What was said on each level over a place. */
  levels(place: Place): Promise<PolicyLevels>
  /** What was said for exactly this; `undefined` where nothing was. */
  find(scope: PolicyScope): Promise<PolicyLevel | undefined>
  /** Takes the place of what was said; `undefined` takes it away. */
  set(scope: PolicyScope, level: PolicyLevel | undefined): Promise<void>
}

/** Where nobody said anything. */
export const usualPolicy: Policy = {
  access: [],
  linkedOnly: false,
  answerMode: 'follow_up',
  answersIn: 'thread',
  moderation: [],
}

/**
 * All levels as one. The narrower word holds where both say the same, but for what protects: what the installation
 * denies, demands or moderates, a workspace adds to and does not take away.
 */
export function policyOf({ installation = {}, workspace = {}, channel = {} }: PolicyLevels): Policy {
  const levels = [channel, workspace, installation]
  const language = levels.find(level => level.language !== undefined)?.language
  const here = [...(channel.access ?? []), ...(workspace.access ?? [])]
  return {
    access: [here, installation.access ?? []].filter(rules => rules.length > 0),
    linkedOnly: installation.linkedOnly === true || (channel.linkedOnly ?? workspace.linkedOnly ?? false),
    answerMode: pick(levels.map(level => level.answerMode)) ?? usualPolicy.answerMode,
    answersIn: pick(levels.map(level => level.answersIn)) ?? usualPolicy.answersIn,
    ...(language === undefined ? {} : { language }),
    moderation: [installation.moderation, channel.moderation ?? workspace.moderation].filter(
      moderation => moderation !== undefined,
    ),
  }
}

function pick<T>(said: readonly (T | undefined)[]): T | undefined {
  return said.find(word => word !== undefined)
}
