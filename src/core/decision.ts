import type { InboundMessage } from './inbound.ts'
import type { IdentityRef } from './identity.ts'
import type { PermissionRefusal } from './permission.ts'
import type { AnswerMode } from './policy.ts'
import type { Place, Platform } from './thread.ts'

/** Why an incoming event was answered, ignored or refused. Every reason has a sentence in the catalogue. */
export type Decision =
  | { readonly outcome: 'answered'; readonly reason: AnsweredReason }
  | { readonly outcome: 'ignored'; readonly reason: IgnoredReason }
  | { readonly outcome: 'refused'; readonly reason: RefusedReason }

export type AnsweredReason =
  | 'direct_message'
  | 'mention'
  | 'reply'
  | 'follow_up'
  | 'command'
  | 'edited_question'
  | 'regenerated'
  | 'deleted_question'
  | 'stop_requested'
  | 'visit'
  | 'answers_all'
  | 'told_quiet'
  | 'told_to_speak'

export type IgnoredReason =
  | 'not_addressed'
  | 'others_speaking'
  | 'not_joined'
  | 'own_message'
  | 'other_bot'
  | 'system_message'
  | 'empty'
  | 'unsupported'
  | 'unknown_message'
  | 'unchanged'
  | 'duplicate'
  | 'unfinished'
  | 'nothing_running'
  | 'mention_needed'
  | 'quiet_thread'

export type RefusedReason =
  | 'not_yours_to_stop'
  | 'empty_question'
  | PermissionRefusal
  | 'moderated'
  /** It hangs on the person's roles, and the platform did not tell them. */
  | 'roles_unread'

/** What is known of a thread when a message arrives in it. */
export interface ThreadStanding {
  /** Parley has spoken, or was asked, in this thread. */
  readonly joined: boolean
  /** People other than this author who have spoken in it. */
  readonly otherSpeakers: number
  /** A question of an Agent's own to this author is open there. */
  readonly asked?: boolean
  /** It was told to be quiet here. */
  readonly quiet?: boolean
  /** Follow-ups unless told. */
  readonly answerMode?: AnswerMode
}

/** Whether Parley speaks to this message, and why. Pure: the same facts give the same Decision. */
export function decide(message: InboundMessage, standing: ThreadStanding): Decision {
  const addressed = addressedBy(message, standing)
  if (addressed.outcome !== 'answered') return addressed
  if (message.text.trim() === '' && message.files.length === 0) return ignored('empty')
  return addressed
}

function addressedBy(message: InboundMessage, standing: ThreadStanding): Decision {
  const { joined, otherSpeakers, asked = false, quiet = false, answerMode = 'follow_up' } = standing
  if (message.mentionsParley && !message.direct) return answered('mention')
  if (quiet && !message.mentionsParley) return ignored('quiet_thread')
  if (message.direct) return answered('direct_message')
  if (answerMode === 'all') return answered('answers_all')
  // An answer to a question of the Agent's own is no less wanted for what the channel is set to.
  if (joined && asked) return answered('follow_up')
  if (answerMode === 'mention') return ignored('mention_needed')
  if (message.repliesTo?.toParley) return answered('reply')
  if (!joined) return ignored('not_joined')
  return asked || otherSpeakers === 0 ? answered('follow_up') : ignored('others_speaking')
}

function answered(reason: AnsweredReason): Decision {
  return { outcome: 'answered', reason }
}

function ignored(reason: IgnoredReason): Decision {
  return { outcome: 'ignored', reason }
}

/** A Decision as it is kept. */
export interface DecisionRecord {
  readonly decision: Decision
  readonly kind: string
  readonly atMs: number
  readonly turnId?: string
}

/** The inbox's memory: one row for every event that was ever accepted. */
export interface Decisions {
  /**
   * Takes `key` for this event. True for exactly one caller per (platform, workspace, channel, key), however
   * many race; the others wait for its transaction and get false.
   */
  claim(event: { readonly key: string; readonly kind: string; readonly place: Place }): Promise<boolean>
  /** Takes it with an outcome that needs nothing else: both at once. False when it was taken before. */
  note(
    event: { readonly key: string; readonly kind: string; readonly place: Place },
    outcome: RecordedOutcome,
  ): Promise<boolean>
  /** Writes the outcome of an event claimed in this transaction. */
  record(event: { readonly key: string; readonly place: Place }, outcome: RecordedOutcome): Promise<void>
  /** The newest Decision on a message here, in this thread or by this person. */
  latest(of: {
    readonly place: Place
    readonly threadId?: string
    readonly by?: IdentityRef
  }): Promise<DecisionRecord | undefined>
  /** Whether this person was refused here for this reason since then. */
  wasRefused(of: {
    readonly place: Place
    readonly by: IdentityRef
    readonly reason: RefusedReason
    readonly sinceMs: number
  }): Promise<boolean>
  /** Another word on the event that this Turn was accepted for: it was found only later that it must not be answered. */
  overturn(turnId: string, decision: Decision): Promise<void>
  /**
   * When anything of this platform was last received, or since when it is still being caught up with (`heard.ts`);
   * what happened later may have been missed.
   */
  lastReceivedMs(platform: Platform): Promise<number | undefined>
}

export interface RecordedOutcome {
  readonly decision: Decision
  readonly threadId?: string
  readonly by?: IdentityRef
  readonly messageId?: string
  readonly turnId?: string
}

/** What handling one event came to: the Decision to record, and a word for the person alone. */
export type Outcome = RecordedOutcome & { readonly reply?: string }
