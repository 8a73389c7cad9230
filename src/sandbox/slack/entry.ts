import type { Fields } from './args.ts'
import type { Chunk, Stream, StoredMessage } from './message.ts'

/** Everything that changes the workspace, one journal line each. Replayed in order, they rebuild it. */
export type SlackEntry =
  | { readonly kind: 'posted'; readonly message: StoredMessage }
  | { readonly kind: 'revised'; readonly channelId: string; readonly ts: string; readonly revision: Revision }
  | { readonly kind: 'removed'; readonly channelId: string; readonly ts: string }
  | {
      readonly kind: 'appended'
      readonly channelId: string
      readonly ts: string
      readonly chunks: readonly Chunk[]
    }
  | {
      readonly kind: 'stream-ended'
      readonly channelId: string
      readonly ts: string
      readonly how: Exclude<Stream['state'], 'open'>
      readonly blocks: readonly Fields[]
      readonly metadata?: Fields
    }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'status'; readonly status: ThreadStatus }
  | { readonly kind: 'prompts'; readonly channelId: string; readonly prompts: readonly Fields[] }
  | {
      readonly kind: 'reacted'
      readonly channelId: string
      readonly ts: string
      readonly name: string
      readonly userId: string
    }
  | { readonly kind: 'home'; readonly userId: string; readonly view: Fields }
  | {
      readonly kind: 'member'
      readonly channelId: string
      readonly userId: string
      readonly present: boolean
    }
  | { readonly kind: 'archived'; readonly channelId: string; readonly archived: boolean }
  | { readonly kind: 'deactivated'; readonly userId: string }
  | { readonly kind: 'restricted'; readonly userId: string }
  | { readonly kind: 'hook'; readonly hook: Hook }
  | { readonly kind: 'hook-used'; readonly hookId: string }
  | { readonly kind: 'queued'; readonly envelope: Envelope }
  | { readonly kind: 'settled'; readonly envelopeId: string }

export interface Revision {
  readonly text: string
  readonly dialect: StoredMessage['dialect']
  readonly blocks: readonly Fields[]
  readonly metadata?: Fields
  readonly edited: { readonly userId: string; readonly ts: string }
}

/** An agent session, one per thread. */
export interface Session {
  readonly channelId: string
  readonly threadTs: string
  readonly status: SessionStatus
  readonly title?: string
}

export const sessionStatuses = ['active', 'processing', 'suspended', 'closed'] as const
export type SessionStatus = (typeof sessionStatuses)[number]

/** The "is thinking…" line of a thread. */
export interface ThreadStatus {
  readonly channelId: string
  readonly threadTs: string
  readonly text: string
  readonly atMs: number
}

/** A response_url that was handed out. */
export interface Hook {
  readonly id: string
  readonly channelId: string
  readonly userId: string
  readonly issuedAtMs: number
  readonly used: number
  /** The message whose button was pressed. */
  readonly messageTs?: string
}

/** One thing to deliver to the app, until it is acknowledged or given up. */
export interface Envelope {
  readonly id: string
  readonly type: 'events_api' | 'slash_commands' | 'interactive'
  readonly payload: Fields
  /** Where a person waits for the answer of a command or a button. */
  readonly waiting?: {
    readonly channelId: string
    readonly userId: string
    readonly label: string
    readonly threadId?: string
  }
}
