import { ParleyError } from './errors.ts'

/** Remembers so many answers for so long; the oldest is forgotten first, and a failure is not remembered. */
export interface ShortMemory<T> {
  /**
   * What was loaded for this key less than its time ago, else what `load` gives now; one load at a time per key. Rejects
   * with `platform_unavailable` once `signal` is aborted; the load goes on for whoever comes next.
   */
  get(key: string, load: () => Promise<T>, signal?: AbortSignal): Promise<T>
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
    get(key, load, signal) {
      const known = kept.get(key)
      if (known && nowMs() - known.atMs < validMs) return within(known.value, signal)
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
      return within(entry.value, signal)
    },
    forget(isOver) {
      for (const [key, { loaded }] of kept) if (!loaded || isOver(loaded.value)) kept.delete(key)
    },
  }
}

function within<T>(value: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return value
  return new Promise((resolve, reject) => {
    const leave = () => reject(new ParleyError('platform_unavailable', 'There was no answer in time.'))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
