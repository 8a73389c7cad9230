import type { ErrorCode } from './errors.ts'
import type { Lease } from './job.ts'
import type { FailedAttempt } from './provider.ts'
import type { ModelRequest, ModelResponse } from './model.ts'
import type { UnsettledCall } from './spent.ts'

/** What a ModelCall was given. */
export interface Receipt {
  /** Who answered; absent of calls from before there was a choice, and the version of the built-in one. */
  readonly agent?: { readonly id: string; readonly name: string; readonly version?: number }
  readonly messages: {
    /** Given word for word, the asked ones included. */
    readonly included: number
    /** Given through the rolling summary. */
    readonly summarised: number
    /** Known, and not given at all. */
    readonly dropped: number
  }
  readonly tokens: {
    readonly instructions: number
    readonly asked: number
    readonly summary: number
    readonly history: number
    /** Room kept for the answer. */
    readonly reserved: number
    readonly limit: number
    /** Of the instructions, those for notes of company and channel, and for what the Agent knows. */
    readonly notes?: number
    readonly knowledge?: number
    /** What was answered to the Agent's own questions. */
    readonly guide?: number
  }
  /** Who answered, where several may, and who was asked before; known once the call is over. */
  readonly provider?: string
  readonly tried?: readonly FailedAttempt[]
}

/** One request to a model within a Turn, with what was really exchanged. */
export interface ModelCall {
  readonly id: string
  readonly turnId: string
  readonly purpose: 'answer' | 'summary' | 'title' | 'moderation'
  readonly request: ModelRequest
  readonly receipt: Receipt
  readonly startedAtMs: number
}

export interface ModelCallEnd {
  readonly response: ModelResponse
  readonly error?: ErrorCode
  readonly firstTextAtMs?: number
  readonly endedAtMs: number
}

export interface ModelCalls {
  /** On record before the model is asked, so that a call whose process died still shows. */
  begin(call: ModelCall, lease: Lease): Promise<void>
  end(id: string, end: ModelCallEnd): Promise<void>
  /** Those of a Turn, its title's too, that no Reservation was charged for; oldest first. */
  unsettled(turnId: string): Promise<readonly UnsettledCall[]>
}

/** The rolling summary of a Dialogue's oldest messages. */
export interface Summary {
  readonly text: string
  readonly tokens: number
  /** It covers every message up to and including this position. */
  readonly throughPosition: number
  readonly messages: number
}

export interface Summaries {
  /** Of this branch, or of what it goes on from where that tells of nothing after the fork; of the trunk otherwise. */
  find(dialogueId: string, branchId?: string): Promise<Summary | undefined>
  save(dialogueId: string, summary: Summary, branchId?: string): Promise<void>
  /** A message at this position changed or was erased: a summary that covers it is forgotten, on every branch. */
  forget(dialogueId: string, position: number): Promise<void>
}
