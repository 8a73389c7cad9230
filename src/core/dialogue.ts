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
}

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
  /** Channels of direct messages on this platform, the most recently used ones first, at most `limit`. */
  directChannels(platform: Platform, limit: number): Promise<readonly string[]>
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
}

/** A title from the first words of a question, at most 80 characters, never cut inside a character. */
export function titleFrom(text: string): string {
  const line = text.replaceAll('@Parley', '').replace(/\s+/gu, ' ').trim()
  const characters = Array.from(new Intl.Segmenter().segment(line), piece => piece.segment)
  if (characters.length <= 80) return line || 'New dialogue'
  return `${characters.slice(0, 79).join('').trimEnd()}…`
}
