import type { Snapshot } from './platform.ts'

/** An answer that is being written, as those who watch its Dialogue see it, on whatever platform it stands. */
export interface LiveAnswer {
  readonly dialogueId: string
  readonly turnId: string
  readonly messageId: string
  readonly snapshot: Snapshot
}

export type LiveEvent =
  /** The newest state of an answer; one of these replaces those before it of the same Turn. */
  | { readonly type: 'answer'; readonly answer: LiveAnswer }
  /** Something stored changed: a message came, was edited or erased, a Turn ended, the title is another. */
  | { readonly type: 'changed'; readonly dialogueId: string }

/**
 * What goes on in Dialogues, across processes. A hint and a moving picture, never the truth: who missed some reads the
 * stored Dialogue again and loses nothing.
 */
export interface Live {
  /**
   * Told of every snapshot by the process that runs the Turn. Never throws, never waits. One that says how the answer
   * ended is the last of its Turn.
   */
  show(answer: LiveAnswer): void
  /** This process writes the answer no more; another may. */
  letGo(turnId: string): void
  /** Called with what happens in this Dialogue from now on, first with every answer under way. Returns how to leave. */
  watch(dialogueId: string, listener: (event: LiveEvent) => void): () => void
}
