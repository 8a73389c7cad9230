import type { Author } from './identity.ts'
import type { DeliveryHint } from './inbound.ts'
import type { Place, Platform, ThreadRef } from './thread.ts'

/** Our record of one thread's exchange. */
export interface Dialogue {
  readonly id: string
  readonly thread: ThreadRef
  readonly direct: boolean
  readonly title: string
  readonly delivery: DeliveryHint
  /** False until what stood in the thread before Parley was asked has been read. */
  readonly historyRead: boolean
  /** Whose it is: a direct one's person, a web one's maker. */
  readonly ownerId?: string
  /** The Agent chosen for it; the usual one without. */
  readonly agent?: string
  /** The current branch; absent on the trunk. */
  readonly branchId?: string
  /** `first_words` when absent. */
  readonly titleBy?: TitleBy
  /** Told to speak only when it is mentioned. */
  readonly quiet?: true
}

/** Who gave a Dialogue its title: its first words, the model, or a person. */
export type TitleBy = 'first_words' | 'model' | 'hand'

export interface Dialogues {
  find(thread: ThreadRef): Promise<Dialogue | undefined>
  /**
   * The Dialogue of this thread, made when there is none, and locked until the transaction ends: everything
   * that happens in one Dialogue happens in one order. `delivery` is merged over what was known.
   */
  open(opening: DialogueOpening): Promise<Dialogue>
  get(id: string): Promise<Dialogue>
  /** Waits until nobody else changes this Dialogue, and keeps it so until the transaction ends. */
  lock(id: string): Promise<void>
  /** The Dialogue in which Parley posted this platform message, locked likewise. */
  ofPart(place: Place, partRef: string): Promise<Dialogue | undefined>
  /** Gives a Dialogue that was opened by a command its real thread, once its anchor is posted. */
  moveTo(id: string, thread: ThreadRef): Promise<void>
  saveDelivery(id: string, delivery: DeliveryHint): Promise<void>
  markHistoryRead(id: string): Promise<void>
  /** What is told changes; a title `by` the model only while no person gave one. */
  change(id: string, change: DialogueChange): Promise<void>
  /** Erases it with all that hangs on it. */
  remove(id: string): Promise<void>
  /** Channels of direct messages on this platform, the most recently used ones first, at most `limit`. */
  directChannels(platform: Platform, limit: number): Promise<readonly string[]>
}

export interface DialogueChange {
  readonly title?: { readonly text: string; readonly by: TitleBy }
  /** `null` for the usual one. */
  readonly agent?: string | null
  readonly direct?: boolean
  readonly quiet?: boolean
}

export interface DialogueOpening {
  readonly thread: ThreadRef
  readonly direct: boolean
  readonly title: string
  /** Whose a direct Dialogue is; it never becomes another's. */
  readonly owner?: Author
  readonly delivery?: DeliveryHint
  /** True when earlier messages of the thread are still to be read from the platform. */
  readonly historyToRead: boolean
  /** True for a thread that not everybody of its channel reads; it stays so. */
  readonly privateThread?: boolean
  readonly agent?: string
  /** `first_words` unless told. */
  readonly titleBy?: TitleBy
}

/** What is stored where there were no words to take a title from. */
export const untitled = 'New dialogue'

/** A title from the first words of a question, at most 80 characters, never cut inside a character. */
export function titleFrom(text: string): string {
  const line = text.replaceAll('@Parley', '').replace(/\s+/gu, ' ').trim()
  const characters = Array.from(new Intl.Segmenter().segment(line), piece => piece.segment)
  if (characters.length <= 80) return line || untitled
  return `${characters.slice(0, 79).join('').trimEnd()}…`
}
