import type { Dialogue } from './dialogue.ts'
import type { ErrorCode } from './errors.ts'
import type { Identity } from './identity.ts'
import type { Lease } from './job.ts'
import type { Message } from './message.ts'
import type { PartLedger } from './part.ts'
import type { QuotaRefusal } from './quota.ts'
import type { Place } from './thread.ts'

/**
 * accepted → running → delivering → done | failed | stopped. `delivering` means the final text is stored and
 * only its showing is left: takeover of such a Turn never calls a model.
 */
export type TurnState = 'accepted' | 'running' | 'delivering' | TurnEnd
export type TurnEnd = 'done' | 'failed' | 'stopped'

/** Why a Turn was told to stop. `revised` and `deleted` come from what was done to its question. */
export type StopReason = 'asked' | 'revised' | 'deleted'

/** One incoming Message, or several waiting ones of the same person, to its finished reply. */
export interface Turn {
  readonly id: string
  readonly dialogueId: string
  /** Orders the Turns of a Dialogue, from 1. */
  readonly sequence: number
  readonly state: TurnState
  readonly asker: Identity
  readonly acceptedAtMs: number
  /** The assistant Message that this Turn writes; several Turns write the same one after an edit. */
  readonly answerId: string
  readonly stop?: { readonly reason: StopReason; readonly by?: string }
  /** How it will end, once `delivering`. */
  readonly end?: { readonly state: TurnEnd; readonly error?: ErrorCode; readonly refusal?: QuotaRefusal }
}

/** Everything a worker needs to run a Turn. */
export interface TurnBrief {
  readonly turn: Turn
  readonly dialogue: Dialogue
  /** The messages it answers, oldest first, redacted ones left out. */
  readonly asked: readonly Message[]
  readonly answer: Message
}

export interface TurnResult {
  readonly end: TurnEnd
  /** Why it failed; `answer_cut` with `done` when the model stopped at the Agent's length limit. */
  readonly error?: ErrorCode
  /** With `quota_exceeded`: which limit. */
  readonly refusal?: QuotaRefusal
  /** The answer's final text: the model's own words, without notices. */
  readonly text: string
  readonly tokens: number
}

export interface AnswerTurn {
  readonly turn: Turn
  /** Absent until it is begun. */
  readonly position?: number
  readonly branchId?: string
}

/** The Turn that will answer, new or joined. */
export type AcceptedTurn = Pick<Turn, 'id'>

export interface Turns {
  /**
   * Answers `messageIds` in a Turn at the end of its Dialogue's order and enqueues its job. Adds to the last
   * Turn instead when that one is the same person's, was not begun, and nothing stands between. With `answerId`
   * it rewrites that answer, and joins a Turn that waits to do just that.
   */
  accept(acceptance: {
    readonly dialogueId: string
    readonly messageIds: readonly string[]
    readonly askerId: string
    readonly atMs: number
    readonly answerId?: string
    /** Where the answer stands, when not with what it answers. */
    readonly branchId?: string
  }): Promise<AcceptedTurn>
  /** Under the lease: marks the Turn running and gives what it needs. One that ended or was erased gives `undefined`. */
  begin(id: string, lease: Lease): Promise<TurnBrief | undefined>
  /** Under the lease, in one transaction with the caller's: stores the final text and how the Turn will end. */
  deliver(id: string, lease: Lease, result: TurnResult): Promise<void>
  /** Under the lease: ends a delivered Turn and its job together. */
  end(id: string, lease: Lease): Promise<void>
  /** Asks a Turn to stop and tells the process that runs it. One that is delivering or ended is left alone. */
  requestStop(id: string, stop: { readonly reason: StopReason; readonly byId?: string }): Promise<void>
  /** Turns that are accepted or running, in order. */
  active(where: { readonly dialogueId: string } | { readonly place: Place }): Promise<readonly Turn[]>
  /** The messages a Turn answers, oldest first, redacted ones left out. */
  askedIds(id: string): Promise<readonly string[]>
  /** The newest Turn that asked this message. */
  ofMessage(messageId: string): Promise<Turn | undefined>
  /** The newest Turn that wrote this answer, and where it stands. */
  ofAnswer(answerId: string): Promise<AnswerTurn | undefined>
  get(id: string): Promise<Turn>
  find(id: string): Promise<Turn | undefined>
  partsOf(answerId: string, lease: Lease): PartLedger
}
