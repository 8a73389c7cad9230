import type { Clock } from '../../core/clock.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Log } from '../../core/log.ts'

export interface Intake {
  /** Takes what `read` finds after everything taken before it. What cannot be stored now is tried until it is. */
  take(read: () => Promise<readonly Inbound[]>): void
  /** Runs `work` in the same order, as catching up must come before what is said after it. */
  run(work: (take: (inbound: Inbound) => Promise<void>) => Promise<void>): void
  /** Resolves when nothing waits any more, or at once when stopping. */
  stop(): Promise<void>
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

  const store = (inbound: Inbound) => untilDone(() => receive(inbound))
  const queue = (work: () => Promise<void>) => {
    tail = tail.then(() => untilDone(work))
  }
  return {
    take: read =>
      queue(async () => {
        for (const inbound of await read()) await store(inbound)
      }),
    run: work => queue(() => work(store)),
    async stop() {
      over.abort()
      await tail
    },
  }
}
