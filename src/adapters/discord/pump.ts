import type { Clock } from '../../core/clock.ts'
import { shownElsewhere } from '../../core/errors.ts'

/** One call to the platform; resolves whether another is needed. */
export type PumpStep = () => Promise<boolean>

export interface Lane {
  /** Runs `step` when the channel's turn comes, again while it asks for more. A step that waits already is left. */
  request(key: string, step: PumpStep): void
  /** Runs `step` until nothing is left to do; rejects with its first failure. */
  finish(key: string, step: PumpStep): Promise<void>
  /**
   * Forgets what waits under `key`; who waits for it to be finished is told `lease_lost`. Resolves when the call that was
   * under way is over.
   */
  cancel(key: string): Promise<void>
}

export interface Pump {
  lane(channelId: string): Lane
}

interface Waiting {
  readonly key: string
  readonly step: PumpStep
  readonly settled?: { resolve(): void; reject(error: unknown): void }
  cancelled?: boolean
}

/**
 * Paces calls per channel: one at a time, at least `everyMs` apart, the answers of a channel taking turns. What a
 * step does is decided when it runs, so that only the newest state of an answer is ever sent.
 */
export function createPump(options: {
  readonly clock: Clock
  readonly everyMs: number
  readonly waited: (channelId: string, ms: number) => void
  readonly failed: (error: unknown) => void
}): Pump {
  const lanes = new Map<string, Lane>()
  return {
    lane(channelId) {
      const known = lanes.get(channelId)
      if (known) return known
      const made = createLane(channelId, options, () => lanes.delete(channelId))
      lanes.set(channelId, made)
      return made
    },
  }
}

function createLane(
  channelId: string,
  { clock, everyMs, waited, failed }: Parameters<typeof createPump>[0],
  idle: () => void,
): Lane {
  let queue: Waiting[] = []
  let nextAtMs = 0
  let running = false
  let current: { readonly waiting: Waiting; readonly over: Promise<void> } | undefined

  async function run(): Promise<void> {
    running = true
    for (let next = queue.shift(); next; next = queue.shift()) {
      current = { waiting: next, over: inTurn(next) }
      await current.over
    }
    running = false
    current = undefined
    idle()
  }

  async function inTurn(waiting: Waiting): Promise<void> {
    const waitMs = nextAtMs - clock.nowMs()
    if (waitMs > 0) {
      waited(channelId, waitMs)
      await clock.sleep(waitMs)
    }
    nextAtMs = clock.nowMs() + everyMs
    await take(waiting)
  }

  async function take(waiting: Waiting): Promise<void> {
    if (waiting.cancelled) return
    try {
      const goesOn = await waiting.step()
      if (waiting.cancelled) return
      if (goesOn) queue.push(waiting)
      else waiting.settled?.resolve()
    } catch (error) {
      if (waiting.settled) waiting.settled.reject(error)
      else failed(error)
    }
  }

  function letGo(waiting: Waiting): void {
    waiting.cancelled = true
    waiting.settled?.reject(shownElsewhere())
  }

  function forget(key: string): void {
    for (const waiting of queue) if (waiting.key === key) letGo(waiting)
    queue = queue.filter(waiting => waiting.key !== key)
  }

  function enqueue(waiting: Waiting): void {
    queue.push(waiting)
    if (!running) void run()
  }

  return {
    request(key, step) {
      if (!queue.some(waiting => waiting.key === key)) enqueue({ key, step })
    },
    finish(key, step) {
      forget(key)
      return new Promise((resolve, reject) => enqueue({ key, step, settled: { resolve, reject } }))
    },
    async cancel(key) {
      const own = current?.waiting.key === key ? current : undefined
      if (own) letGo(own.waiting)
      forget(key)
      await own?.over
    },
  }
}
