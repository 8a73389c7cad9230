import type { Viewer } from './member.ts'
import type { Receipt } from './receipt.ts'
import type { Platform, ThreadRef } from './thread.ts'
import type { TurnState } from './turn.ts'
import type { ErrorCode } from './errors.ts'

/** Why a Viewer may read a Dialogue; what they may do with it hangs on it. */
export type Access =
  /** Their own direct message or web Dialogue. */
  | 'own'
  /** Invited to a web Dialogue. */
  | 'invited'
  /** They can read the channel on its platform now. */
  | 'audience'
  /** Broken glass: for a reason, for a time, and the people in it are told. */
  | 'glass'

/** A Dialogue in a list. */
export interface DialogueEntry {
  readonly id: string
  readonly thread: ThreadRef
  readonly direct: boolean
  readonly title: string
  readonly access: Access
  /** Names as the platform gave them, where it did. */
  readonly channelName?: string
  readonly workspaceName?: string
  /** How many people read its channel. */
  readonly readers?: number
  readonly pinned: boolean
  readonly published: boolean
  /** True while an answer is being written. */
  readonly answering: boolean
  readonly usedAtMs: number
}

/** A Dialogue that is opened. */
export interface OpenedDialogue extends DialogueEntry {
  /** With access `own`, or having spoken in it. */
  readonly mayRename: boolean
}

/** What a search found in a Dialogue. */
export interface Found extends DialogueEntry {
  /** Pieces of the message around what was found; `hit` ones are what matched. Empty when the title matched. */
  readonly snippet: readonly { readonly text: string; readonly hit: boolean }[]
  readonly messageId?: string
  /** When what was found was said, newest; for a title, when its Dialogue began. */
  readonly saidAtMs: number
}

export interface HistoryFilter {
  readonly platform?: Platform
  readonly workspaceId?: string
  readonly channelId?: string
  /** Dialogues in which this Identity spoke. */
  readonly personId?: string
  /** Used on or after, and before; of a search: said then. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Only those in which the Viewer spoke. */
  readonly mine?: boolean
}

export interface PageRequest {
  /** Opaque; as given with the page before. A cursor that cannot be read throws `invalid`. */
  readonly cursor?: string
  /** 1 to 100. */
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor?: string
}

export interface Speaker {
  readonly identityId: string
  readonly name: string
  /** With a picture at /avatars/:memberId when they are a Member who has one. */
  readonly memberId?: string
  readonly avatarTag?: string
}

/** One utterance as a page shows it: its Parts are one. */
export interface ShownMessage {
  readonly id: string
  readonly position: number
  readonly role: 'user' | 'assistant'
  readonly speaker?: Speaker
  readonly text: string
  readonly version: number
  readonly redacted: boolean
  readonly fromWeb: boolean
  readonly files: readonly string[]
  readonly sentAtMs: number
  /** Where it stands on its platform; the first Part of an answer. */
  readonly ref?: string
  /** The newest Turn that wrote it, for an answer. */
  readonly turn?: {
    readonly id: string
    readonly state: TurnState
    readonly error?: ErrorCode
    readonly stopped: boolean
    /** It puts a question of the Agent's own, which may be skipped. */
    readonly asks?: true
    /** What the model was given for it, in short; absent where none was asked. */
    readonly seen?: { readonly included: number; readonly known: number; readonly tokens: number }
  }
  /** Branches that begin here, this message's own among them, oldest first; absent where there is one way only. */
  readonly branches?: readonly string[]
  /** Which of those this message stands on. */
  readonly way?: string
}

export interface MessageVersion {
  readonly version: number
  readonly text: string
  readonly replacedAtMs: number
}

/** What Viewers read. Every method sees only what its Viewer may; what they may not see is not there. */
export interface History {
  /** Newest first, pinned ones in their order of time too. Same speed at any depth. */
  list(viewer: Viewer, filter: HistoryFilter, page: PageRequest): Promise<Page<DialogueEntry>>
  /** Pinned Dialogues, newest first. */
  pinned(viewer: Viewer): Promise<readonly DialogueEntry[]>
  /**
   * Words anywhere, the last one as a beginning, "phrases" whole; any language. Newest first by when it was said. At
   * most one hit of each Dialogue, the newest.
   */
  search(viewer: Viewer, query: string, filter: HistoryFilter, page: PageRequest): Promise<Page<Found>>
  /** Undefined when there is none, or none that this Viewer may read: the two are not told apart. */
  find(viewer: Viewer, dialogueId: string): Promise<OpenedDialogue | undefined>
  /**
   * Messages along one branch (the Dialogue's current one unless told), oldest first, ending before `before`, or the
   * newest ones. Throws `not_found` as `find` says.
   */
  messages(
    viewer: Viewer,
    dialogueId: string,
    page: { readonly branchId?: string | null; readonly before?: number; readonly limit: number },
  ): Promise<{ readonly messages: readonly ShownMessage[]; readonly more: boolean }>
  /** Earlier versions of a message, newest first. */
  versions(viewer: Viewer, messageId: string): Promise<readonly MessageVersion[]>
  /** What a Turn's answer was given. */
  receipt(viewer: Viewer, turnId: string): Promise<Receipt | undefined>
  /** What the filters of this Viewer can be set to. */
  facets(viewer: Viewer): Promise<HistoryFacets>
  setPinned(viewer: Viewer, dialogueId: string, pinned: boolean, atMs: number): Promise<void>
  /** Takes a Dialogue out of the Viewer's list, unless it is a web Dialogue of their own (`invalid`). */
  hide(viewer: Viewer, dialogueId: string, atMs: number): Promise<void>
  /** Only where `mayRename`. Throws `not_found`. */
  rename(viewer: Viewer, dialogueId: string, title: string): Promise<void>
}

export interface HistoryFacets {
  readonly places: readonly {
    readonly platform: Platform
    readonly workspaceId: string
    readonly workspaceName?: string
    readonly channelId: string
    readonly channelName?: string
  }[]
  readonly people: readonly { readonly identityId: string; readonly name: string }[]
}
