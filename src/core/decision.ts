import type { InboundMessage } from './inbound.ts'
import type { IdentityRef } from './identity.ts'
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

export type RefusedReason = 'not_yours_to_stop' | 'empty_question'

/** What is known of a thread when a message arrives in it. */
export interface ThreadStanding {
  /** Parley has spoken, or was asked, in this thread. */
  readonly joined: boolean
  /** People other than this author who have spoken in it. */
  readonly otherSpeakers: number
  /** A question of an Agent's own to this author is open there. */
  readonly asked?: boolean
}

/** Whether Parley speaks to this message, and why. Pure: the same facts give the same Decision. */
export function decide(message: InboundMessage, standing: ThreadStanding): Decision {
  const addressed = addressedBy(message, standing)
  if (addressed === undefined) return ignored(standing.joined ? 'others_speaking' : 'not_joined')
  if (message.text.trim() === '' && message.files.length === 0) return ignored('empty')
  return { outcome: 'answered', reason: addressed }
}

function addressedBy(message: InboundMessage, standing: ThreadStanding): AnsweredReason | undefined {
  if (message.direct) return 'direct_message'
  if (message.mentionsParley) return 'mention'
  if (message.repliesTo?.toParley) return 'reply'
  return standing.joined && (standing.asked || standing.otherSpeakers === 0) ? 'follow_up' : undefined
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
  /** Writes the outcome of an event claimed in this transaction. */
  record(event: { readonly key: string; readonly place: Place }, outcome: RecordedOutcome): Promise<void>
  /** The newest Decision on a message here, in this thread or by this person. */
  latest(of: {
    readonly place: Place
    readonly threadId?: string
    readonly by?: IdentityRef
  }): Promise<DecisionRecord | undefined>
  /** When anything of this platform was last received; what happened later may have been missed. */
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
