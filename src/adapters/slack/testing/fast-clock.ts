import type { Clock } from '../../../core/clock.ts'

/** A clock that runs `speed` times as fast as the real one: minutes of pacing pass in seconds, in their true order. */
export function createFastClock(speed: number): Clock {
  const startMs = Date.now()
  const nowMs = () => startMs + (Date.now() - startMs) * speed
  return {
    nowMs,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const end = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, ms / speed)
        signal?.addEventListener('abort', end, { once: true })
      }),
  }
}
