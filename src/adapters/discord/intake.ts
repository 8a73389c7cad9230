import type { Clock } from '../../core/clock.ts'
import { behindSince, heardUntil } from '../../core/heard.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Log } from '../../core/log.ts'

export interface Intake {
  /** Takes what `read` finds after everything taken before it. What cannot be stored now is tried until it is. */
  take(read: () => Promise<readonly Inbound[]>): void
  /** Runs `work` in the same order, as catching up must come before what is said after it. */
  run(work: (late: Late) => Promise<void>): void
  /** Resolves when nothing waits any more, or at once when stopping. */
  stop(): Promise<void>
}

/** For taking what was told, or read, later than it happened. */
export interface Late {
  readonly take: (inbound: Inbound) => Promise<void>
  /** Puts on record that not all since then is stored; what ends that is that nothing waits any more. */
  readonly since: (sinceMs: number) => Promise<void>
}

const retryMs = 1_000

/**
 * Discord tells each event once and asks for no acknowledgement: what it told is kept here, in order, until it is
 * stored. What a crash loses from here, catching up finds again.
 */
export function createIntake(options: {
  readonly clock: Clock
  readonly log: Log
  readonly receive: (inbound: Inbound) => Promise<unknown>
}): Intake {
  const { clock, log, receive } = options
  const over = new AbortController()
  let tail = Promise.resolve()
  let waiting = 0
  /** Since when not all is stored. Without the mark, the next thing stored would say that all before it was heard. */
  let behind: { readonly sinceMs: number; marked: boolean } | undefined

  async function untilDone(work: () => Promise<unknown>): Promise<void> {
    while (!over.signal.aborted) {
      try {
        await work()
        return
      } catch (thrown) {
        log.warn({ platform: 'discord', error: thrown }, 'an event could not be taken yet; trying again')
        await clock.sleep(retryMs, over.signal)
      }
    }
  }

  const isBehind = (sinceMs: number) => {
    if (!behind || sinceMs < behind.sinceMs) behind = { sinceMs, marked: false }
  }

  async function mark(): Promise<void> {
    const own = behind
    if (!own || own.marked) return
    await receive(behindSince('discord', own.sinceMs, clock.nowMs()))
    own.marked = true
  }

  const store = (inbound: Inbound) =>
    untilDone(async () => {
      const nowMs = clock.nowMs()
      try {
        await mark()
        await receive(inbound)
      } catch (thrown) {
        isBehind(nowMs)
        throw thrown
      }
    })

  async function caughtUp(): Promise<void> {
    if (!behind || waiting > 0) return
    await receive(heardUntil('discord', clock.nowMs()))
    behind = undefined
  }

  const late: Late = {
    take(inbound) {
      over.signal.throwIfAborted()
      return store(inbound)
    },
    since(sinceMs) {
      isBehind(sinceMs)
      return mark()
    },
  }

  const queue = (work: () => Promise<void>) => {
    waiting += 1
    tail = tail
      .then(() => untilDone(work))
      .then(() => {
        waiting -= 1
        return untilDone(caughtUp)
      })
  }
  return {
    take: read =>
      queue(async () => {
        for (const inbound of await read()) await store(inbound)
      }),
    run: work => queue(() => work(late)),
    async stop() {
      over.abort()
      await tail
    },
  }
}
