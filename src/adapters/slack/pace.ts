import type { Clock } from '../../core/clock.ts'
import { type Allowance, allowances, type PacedMethod } from './limits.ts'

/** One queue for one allowance. Who came first goes first, so answers that write at once take turns. */
export interface Pace {
  /** Resolves true when the call may be made, false when `signal` aborts first. Urgent ones go before the others. */
  take(options?: { readonly urgent?: boolean; readonly signal?: AbortSignal }): Promise<boolean>
  /** Takes a call that may be made at once; false when none is left or others wait. */
  tryTake(): boolean
  /** Nothing for `ms` from now: Slack asked for it. */
  hold(ms: number): void
  /** How long a call asked for now would wait at least. */
  waitMs(): number
}

interface Waiter {
  readonly urgent: boolean
  readonly go: (granted: boolean) => void
}

export function createPace(allowance: Allowance, clock: Clock): Pace {
  const { count, windowMs } = allowance
  let taken: readonly number[] = []
  let heldUntilMs = 0
  let waiters: readonly Waiter[] = []
  let releasing = false

  const waitMs = () => {
    const nowMs = clock.nowMs()
    const nextMs = (taken.at(-count) ?? -Infinity) + windowMs
    return Math.max(0, heldUntilMs - nowMs, nextMs - nowMs)
  }
  const note = () => void (taken = [...taken, clock.nowMs()].slice(-count))

  async function release(): Promise<void> {
    releasing = true
    for (;;) {
      const next = waiters.find(waiter => waiter.urgent) ?? waiters[0]
      if (!next) break
      const ms = waitMs()
      if (ms > 0) {
        await clock.sleep(ms)
        continue
      }
      waiters = waiters.filter(waiter => waiter !== next)
      note()
      next.go(true)
    }
    releasing = false
  }

  const tryTake = () => {
    if (waiters.length > 0 || waitMs() > 0) return false
    note()
    return true
  }

  return {
    waitMs,
    tryTake,
    hold: ms => void (heldUntilMs = Math.max(heldUntilMs, clock.nowMs() + ms)),
    take({ urgent = false, signal } = {}) {
      if (signal?.aborted) return Promise.resolve(false)
      if (tryTake()) return Promise.resolve(true)
      return new Promise(resolve => {
        const leave = () => {
          waiters = waiters.filter(other => other !== waiter)
          resolve(false)
        }
        const waiter: Waiter = {
          urgent,
          go(granted) {
            signal?.removeEventListener('abort', leave)
            resolve(granted)
          },
        }
        signal?.addEventListener('abort', leave, { once: true })
        waiters = [...waiters, waiter]
        if (!releasing) void release()
      })
    },
  }
}

/** The allowances of one app in one workspace, shared by everything that calls Slack there. */
export interface Paces {
  of(method: PacedMethod, channelId: string): Pace
}

export function createPaces(clock: Clock): Paces {
  const paces = new Map<string, Pace>()
  return {
    of(method, channelId) {
      const name = method === 'chat.postMessage' ? `${method} ${channelId}` : method
      const known = paces.get(name)
      if (known) return known
      const made = createPace(allowances[method], clock)
      paces.set(name, made)
      return made
    },
  }
}
