/** Remembers so many answers for so long; the oldest is forgotten first, and a failure is not remembered. */
export interface ShortMemory<T> {
  /** What was loaded for this key less than its time ago, else what `load` gives now; one load at a time per key. */
  get(key: string, load: () => Promise<T>): Promise<T>
  /** Forgets the answers that are over, and all that are still being loaded: they may have been read before it. */
  forget(isOver: (value: T) => boolean): void
}

export function createShortMemory<T>({
  nowMs,
  validMs,
  maxEntries,
  keeps = () => true,
}: {
  readonly nowMs: () => number
  readonly validMs: number
  readonly maxEntries: number
  /** Whether an answer is worth remembering; any is unless told. */
  readonly keeps?: (value: T) => boolean
}): ShortMemory<T> {
  interface Entry {
    readonly value: Promise<T>
    readonly atMs: number
    loaded?: { readonly value: T }
  }
  const kept = new Map<string, Entry>()
  return {
    get(key, load) {
      const known = kept.get(key)
      if (known && nowMs() - known.atMs < validMs) return known.value
      const entry: Entry = { value: load(), atMs: nowMs() }
      kept.delete(key)
      kept.set(key, entry)
      const oldest = kept.size > maxEntries ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      const drop = () => {
        if (kept.get(key) === entry) kept.delete(key)
      }
      entry.value.then(value => {
        if (keeps(value)) entry.loaded = { value }
        else drop()
      }, drop)
      return entry.value
    },
    forget(isOver) {
      for (const [key, { loaded }] of kept) if (!loaded || isOver(loaded.value)) kept.delete(key)
    },
  }
}
