import type { Usage } from './usage.ts'

/** How a relayed request ended: whole, broken off by the model service, or left by who asked. */
export type RelayedOutcome = 'answered' | 'broken' | 'left'

/** One answer of a model, as a program reads it. */
export interface RelayedChoice {
  readonly index: number
  readonly finishReason?: string
  readonly text: string
  readonly refusal?: string
  readonly toolCalls?: readonly { readonly id?: string; readonly name: string; readonly arguments: string }[]
}

/** A request that a program sent through the relay, kept word for word where the workspace says so. */
export interface RelayedRequest {
  readonly id: string
  readonly atMs: number
  readonly memberId: string
  readonly apiKeyId: string
  readonly model: string
  /** Who answered: the host of a model service. */
  readonly host: string
  readonly streamed: boolean
  readonly outcome: RelayedOutcome
  readonly status: number
  /** The bytes that the program sent and those that it was sent, `truncated` where they were too many to keep. */
  readonly request: Uint8Array
  readonly response: Uint8Array
  readonly truncated: boolean
  readonly choices: readonly RelayedChoice[]
  readonly usage: Usage
  /** Counted by Parley, because the service never said. */
  readonly estimated: boolean
  readonly durationMs: number
}

export interface RelayedRequests {
  /** All of them in one statement; one that is there already stays. */
  add(requests: readonly RelayedRequest[]): Promise<void>
  /** A Member's, newest first, those before the one with id `before`. */
  of(
    memberId: string,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly RelayedRequest[]>
}
