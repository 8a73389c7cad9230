import type { Identity, IdentityRef, Author } from './identity.ts'
import type { Place } from './thread.ts'

/** One utterance in a Dialogue, in its current version. */
export interface Message {
  readonly id: string
  readonly dialogueId: string
  /** Orders the messages of a Dialogue; grows, may have gaps. */
  readonly position: number
  readonly role: 'user' | 'assistant'
  /** Absent for Parley's own. */
  readonly author?: Identity
  /** The platform's id; absent for Parley's own, whose ids are its Parts'. */
  readonly ref?: string
  readonly text: string
  readonly version: number
  readonly redacted: boolean
  /** Written on the web: the platform shows it in Parts of its own, and `ref` is none of the platform's. */
  readonly fromWeb?: true
  readonly files: readonly string[]
  readonly sentAtMs: number
  /** Tokens of the envelope as the model gets it, but for the speaker's name, which may change; absent until counted. */
  readonly tokens?: number
  /** Absent on the trunk. */
  readonly branchId?: string
}

export interface NewMessage {
  readonly dialogueId: string
  readonly author: Author | Identity
  readonly ref: string
  readonly text: string
  readonly files: readonly string[]
  readonly sentAtMs: number
  /** Written on the web, in a Dialogue of a chat platform: a Turn that answers it shows it there first. */
  readonly fromWeb?: boolean
}

export interface Messages {
  /** Adds a person's message at the end of the current branch. `undefined` when the Dialogue already holds this `ref`. */
  append(message: NewMessage): Promise<Message | undefined>
  /**
   * Adds messages said before everything the Dialogue holds, oldest first, skipping refs it has. Used once,
   * when Parley is first asked deep in a thread. `byParley` ones become assistant messages.
   */
  prepend(dialogueId: string, past: readonly (NewMessage & { readonly byParley: boolean })[]): Promise<void>
  /** Replaces the text, keeping the earlier version; its tokens are counted anew. */
  revise(id: string, text: string, files: readonly string[], atMs: number): Promise<void>
  /** Erases the text from the message and from all its versions, and marks it redacted. */
  redact(id: string, atMs: number): Promise<void>
  find(id: string): Promise<Message | undefined>
  /** The person's message with this platform id. */
  findByRef(place: Place, ref: string): Promise<Message | undefined>
  /**
   * Messages before `beforePosition` along a branch, or the trunk, newest first, at most `limit`; redacted ones and
   * empty answers left out.
   */
  before(
    dialogueId: string,
    beforePosition: number,
    limit: number,
    branchId?: string,
  ): Promise<readonly Message[]>
  /** Keeps what the model will be given of this message, once: text with names in place, and its tokens. */
  keepCounted(id: string, counted: { readonly text: string; readonly tokens: number }): Promise<void>
  /** How many people other than this one have spoken in the Dialogue. */
  otherSpeakers(dialogueId: string, than: IdentityRef): Promise<number>
}
