import type { Clock } from './clock.ts'
import type { Signals, Store } from './store.ts'

/** A lost signal delays a Stop by this much at most. */
const lookEveryMs = 2_000

/** Watches for the word that a Turn shall stop. `halt` also aborts when `leave` does. */
export function watchForStop(
  { store, signals, clock }: { readonly store: Store; readonly signals: Signals; readonly clock: Clock },
  turnId: string,
  leave: AbortSignal,
): { readonly halt: AbortSignal; done(): void } {
  const stop = new AbortController()
  const over = new AbortController()
  const unlisten = signals.listen(signal => {
    if (signal.type === 'stop' && signal.turnId === turnId) stop.abort()
  })
  const look = async () => {
    while (!over.signal.aborted && !stop.signal.aborted) {
      await clock.sleep(lookEveryMs, over.signal)
      if (over.signal.aborted) return
      const turn = await store.turns.get(turnId).catch(() => undefined)
      if (turn?.stop) stop.abort()
    }
  }
  void look()
  return {
    halt: AbortSignal.any([stop.signal, leave]),
    done() {
      unlisten()
      over.abort()
    },
  }
}
