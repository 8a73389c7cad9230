/** Remembers so many answers for so long; the oldest is forgotten first, and a failure is not remembered. */
export interface ShortMemory<T> {
  /** What was loaded for this key less than its time ago, else what `load` gives now; one load at a time per key. */
  get(key: string, load: () => Promise<T>): Promise<T>
}

export function createShortMemory<T>({
  nowMs,
  validMs,
  maxEntries,
}: {
  readonly nowMs: () => number
  readonly validMs: number
  readonly maxEntries: number
}): ShortMemory<T> {
  const kept = new Map<string, { readonly value: Promise<T>; readonly atMs: number }>()
  return {
    get(key, load) {
      const known = kept.get(key)
      if (known && nowMs() - known.atMs < validMs) return known.value
      const entry = { value: load(), atMs: nowMs() }
      kept.delete(key)
      kept.set(key, entry)
      const oldest = kept.size > maxEntries ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      entry.value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key)
      })
      return entry.value
    },
  }
}
