import type { Refusal, ReplyError } from './refusal.ts'

/** How a stream goes wrong before the chunk with this number. */
export type Break = { readonly beforeChunk: number } & (
  | /** The connection is cut. */ { readonly how: 'cut' }
  /** Nothing more comes, and the connection stays. */
  | { readonly how: 'stall' }
  /** The stream ends as if it were whole, without a finish_reason; `done` sends `[DONE]` all the same. */
  | { readonly how: 'end'; readonly done?: boolean }
  /** A chunk that is no JSON. */
  | { readonly how: 'malformed' }
  /** An `error` object in the stream, after which it closes. */
  | { readonly how: 'error'; readonly error: ReplyError }
)

/** An answer that a test sets in place of the practice model's own. */
export interface ScriptedReply {
  /** Answers with this status and error in place of a completion. */
  readonly refuse?: Refusal
  /** The whole answer; sent in pieces of about a word. */
  readonly text?: string
  /** The answer in exactly these pieces. */
  readonly chunks?: readonly string[]
  /** Pieces of `delta.refusal` in place of `delta.content`. */
  readonly asRefusal?: boolean
  readonly wordDelayMs?: number
  /** Before the first chunk. */
  readonly delayMs?: number
  /** Stops before this chunk until `release()`. */
  readonly holdBeforeChunk?: number
  readonly finishReason?: 'stop' | 'length' | 'content_filter'
  readonly break?: Break
  /** In place of the counted usage; null leaves it out. */
  readonly usage?: unknown
}
