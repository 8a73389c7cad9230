/** What Parley did about a place, as the page tells it under a thread. */
export interface TrailEntry {
  readonly place: TrailPlace
  readonly atMs: number
  /** A few plain words: `turn running`, `1 part posted`. */
  readonly text: string
  /**
   * A dotted name, the stage first: `inbound.received`, `part.updated`. Entries of one kind are counted together;
   * something `inbound` begins a new line once `turn.ended` has closed the one before.
   */
  readonly kind: string
}

export interface TrailPlace {
  readonly platform: 'slack' | 'discord'
  readonly channelId: string
  readonly threadId?: string
}

export interface Trail {
  push(entry: TrailEntry): void
  /** What was pushed for this thread, or for this channel and all its threads; oldest first. */
  recent(platform: TrailPlace['platform'], channelId: string, threadId?: string): readonly TrailEntry[]
  /** Calls `listener` after every push; returns how to stop listening. */
  onPush(listener: (entry: TrailEntry) => void): () => void
}

/** A long answer makes about 200 entries; ten of them are enough to look back on. */
const usuallyKept = 2_000

/** A trail in memory that forgets its oldest entries once it holds `keep`. */
export function createTrail(keep = usuallyKept): Trail {
  const entries: TrailEntry[] = []
  const listeners = new Set<(entry: TrailEntry) => void>()
  return {
    push(entry) {
      entries.push(entry)
      if (entries.length > keep) entries.splice(0, entries.length - keep)
      for (const listener of listeners) listener(entry)
    },
    recent: (platform, channelId, threadId) =>
      entries.filter(({ place }) => isIn(place, { platform, channelId, ...(threadId && { threadId }) })),
    onPush(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Whether an entry of `place` is told under `shown`. */
export const isIn = (place: TrailPlace, shown: TrailPlace): boolean =>
  place.platform === shown.platform &&
  place.channelId === shown.channelId &&
  (shown.threadId === undefined || place.threadId === shown.threadId)
