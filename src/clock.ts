import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from './core/clock.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await pause(ms, undefined, signal ? { signal } : {})
    } catch (thrown) {
      if (!signal?.aborted) throw thrown
    }
  },
}
