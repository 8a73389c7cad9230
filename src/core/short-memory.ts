import { ParleyError } from './errors.ts'

/** Remembers so many answers for so long; the oldest is forgotten first, and a failure is not remembered. */
export interface ShortMemory<T> {
  /**
   * What was loaded for this key less than its time ago, else what `load` gives now; one load at a time per key. Rejects
   * with `platform_unavailable` once `signal` is aborted; the load goes on for whoever comes next.
   */
  get(key: string, load: () => Promise<T>, signal: AbortSignal): Promise<T>
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
    get(key, load, signal) {
      const known = kept.get(key)
      if (known && nowMs() - known.atMs < validMs) return within(known.value, signal)
      const entry = { value: load(), atMs: nowMs() }
      kept.delete(key)
      kept.set(key, entry)
      const oldest = kept.size > maxEntries ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
      entry.value.catch(() => {
        if (kept.get(key) === entry) kept.delete(key)
      })
      return within(entry.value, signal)
    },
  }
}

function within<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new ParleyError('platform_unavailable', 'There was no answer in time.'))
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
