import type { Clock } from '../clock.ts'

export interface SteppedClock extends Clock {
  /** Moves time on and wakes, in order, whoever slept until then. Resolves when they had a chance to act. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly untilMs: number
  wake(): void
}

/** A clock that stands still until a test moves it. */
export function createSteppedClock(startMs = 1_763_700_000_000): SteppedClock {
  let nowMs = startMs
  let sleepers: Sleeper[] = []
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  return {
    nowMs: () => nowMs,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve()
      return new Promise(resolve => {
        const sleeper: Sleeper = { untilMs: nowMs + ms, wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter(other => other !== sleeper)
          resolve()
        })
      })
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (;;) {
        const next = sleepers
          .filter(sleeper => sleeper.untilMs <= untilMs)
          .toSorted((a, b) => a.untilMs - b.untilMs)[0]
        if (!next) break
        nowMs = Math.max(nowMs, next.untilMs)
        sleepers = sleepers.filter(sleeper => sleeper !== next)
        next.wake()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
  }
}
