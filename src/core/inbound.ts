import type { Author } from './identity.ts'
import type { RolesTold } from './permission.ts'
import type { Place, ThreadRef } from './thread.ts'

/**
 * Something that happened on a platform, parsed once at its edge: a closed union with a named ignored case.
 * `key` is the same for every delivery and every form of one happening, and unique within its Place.
 */
export type Inbound =
  | InboundMessage
  | InboundEdit
  | InboundDelete
  | InboundCommand
  | InboundStop
  | InboundVisit
  | InboundRegenerate
  | InboundIgnored

export interface InboundMessage {
  readonly kind: 'message'
  readonly key: string
  readonly thread: ThreadRef
  /** The platform's id of this message, unique within its channel. */
  readonly messageRef: string
  readonly author: Author
  /** Markdown; people are mentioned as `<@userId>`, Parley itself as `@Parley`. */
  readonly text: string
  readonly sentAtMs: number
  readonly direct: boolean
  readonly mentionsParley: boolean
  /** The message this one replies to, where the platform says so. */
  readonly repliesTo?: { readonly messageRef: string; readonly toParley: boolean }
  /** True when other messages may stand before this one in its thread. */
  readonly inThread: boolean
  /** Names of attached files, which are not read yet and must not be silently ignored. */
  readonly files: readonly string[]
  /** True when not everybody who reads the channel reads this thread. */
  readonly privateThread?: boolean
  /** What the platform's renderer needs to answer here; opaque to core, kept with the Dialogue. */
  readonly delivery?: DeliveryHint
  /** Said on the web, in a Dialogue of another platform. */
  readonly fromWeb?: boolean
  /** What the event tells of the author's roles there; nothing is known without it. */
  readonly roles?: RolesTold
  /** The Agent chosen for the Dialogue that this message opens. */
  readonly agent?: string
}

/** JSON owned by one adapter. */
export type DeliveryHint = { readonly [name: string]: string | number | boolean | null }

export interface InboundEdit {
  readonly kind: 'edit'
  readonly key: string
  /** The message as it reads now. An edit that first mentions Parley makes it a new question. */
  readonly message: InboundMessage
}

export interface InboundDelete {
  readonly kind: 'delete'
  readonly key: string
  readonly place: Place
  readonly messageRef: string
}

export const commandNames = [
  'ask',
  'stop',
  'why',
  'agent',
  'quota',
  'settings',
  'more',
  'quiet',
  'speak',
  'link',
  'unlink',
  'help',
] as const
export type CommandName = (typeof commandNames)[number]

export interface InboundCommand {
  readonly kind: 'command'
  readonly key: string
  readonly name: CommandName
  /** What was typed after the name. */
  readonly text: string
  /** For `ask`, the thread that its answer opens; otherwise where it was typed. */
  readonly thread: ThreadRef
  /** True when `thread` is a thread, false when only its channel is meant. */
  readonly inThread: boolean
  readonly by: Author
  readonly atMs: number
  readonly direct: boolean
  /** As of a message. */
  readonly privateThread?: boolean
  readonly roles?: RolesTold
  readonly delivery?: DeliveryHint
}

export interface InboundStop {
  readonly kind: 'stop'
  readonly key: string
  readonly thread: ThreadRef
  /** The turn whose button was pressed; without it, whatever runs in the thread. */
  readonly turnId?: string
  readonly by: Author
  readonly atMs: number
  /** The platform decided who may press and has already stopped the stream: obey and record. */
  readonly native: boolean
}

/** Somebody opened Parley's own page on their platform, or pressed a button there. Only they see it. */
export interface InboundVisit {
  readonly kind: 'visit'
  readonly key: string
  readonly place: Place
  readonly by: Author
  readonly atMs: number
  readonly wants?: 'link' | 'unlink'
  /** The Agent chosen there; empty for the usual one. */
  readonly agent?: string
}

/** An answer is to be given anew, on a branch beside the one that stands. */
export interface InboundRegenerate {
  readonly kind: 'regenerate'
  readonly key: string
  readonly thread: ThreadRef
  /** The Message that answers now. */
  readonly answerId: string
  readonly by: Author
  readonly atMs: number
}

export interface InboundIgnored {
  readonly kind: 'ignored'
  readonly key: string
  readonly place: Place
  readonly threadId?: string
  readonly by?: Author
  readonly reason: 'own_message' | 'other_bot' | 'system_message' | 'empty' | 'unsupported'
}
