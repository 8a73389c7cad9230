import type { Clock } from './clock.ts'
import { gather } from './gather.ts'
import type { Log } from './log.ts'
import type { QuotaClaim, QuotaStanding, Reservation, Reserved } from './quota.ts'
import type { RelayedRequest } from './relayed-request.ts'
import type { SpentCall } from './usage.ts'

/** What one relayed request came to. */
export interface RelaySpending {
  readonly askerId: string
  readonly reservation: Reservation
  /** Absent when no model was reached. */
  readonly call?: SpentCall
  /** To be kept word for word; absent where the workspace does not say so. */
  readonly kept?: RelayedRequest
}

/** The books of the relay: what is held before a model is asked, and what was used after. */
export interface RelayBooks {
  reserve(claim: QuotaClaim): Promise<Reserved>
  /** Nobody waits for it: what cannot be written now stays held, and is settled by whoever sweeps. */
  settle(spending: RelaySpending): void
  /** The same for a request that reached no model. */
  release(askerId: string, reservation: Reservation): void
  /** Resolves once everything that was to be written is. */
  idle(): Promise<void>
}

/** What the books are written to; each is called with everything that came up at the same time. */
export interface RelayLedger {
  readonly reserve: (claims: readonly QuotaClaim[]) => Promise<readonly Reserved[]>
  readonly settle: (spendings: readonly RelaySpending[]) => Promise<void>
}

export interface RelayBooksDependencies {
  readonly clock: Pick<Clock, 'sleep'>
  readonly ledger: RelayLedger
  readonly log: Log
  /** Told when most of a limit is used, once for each. */
  readonly warn: (claim: QuotaClaim, news: readonly QuotaStanding[]) => Promise<void>
}

/**
 * Nobody waits for a settlement, but whoever reserves would wait for its locks: so there are few of them. What is held
 * meanwhile stays held.
 */
const settleEveryMs = 20

/** One statement for each of these, however many requests they are for. */
const most = 200

/** Books that are written together by whoever comes at the same time, and by one alone without waiting. */
export function createRelayBooks({ ledger, log, clock, warn }: RelayBooksDependencies): RelayBooks {
  const reserving = gather(ledger.reserve, { most })
  const settling = gather(answered(ledger.settle), { most, pause: () => clock.sleep(settleEveryMs) })
  const later = (written: Promise<unknown>) =>
    void written.catch((error: unknown) =>
      log.error({ component: 'relay', error }, 'what was used could not be written; it stays held'),
    )
  return {
    async reserve(claim) {
      const reserved = await reserving.add(claim)
      if (reserved.granted && reserved.news.length > 0)
        warn(claim, reserved.news).catch((error: unknown) =>
          log.error({ component: 'relay', error }, 'nobody could be warned of a limit'),
        )
      return reserved
    },
    settle: spending => later(settling.add(spending)),
    release: (askerId, reservation) => later(settling.add({ askerId, reservation })),
    async idle() {
      await Promise.all([reserving.idle(), settling.idle()])
    },
  }
}

function answered<Item>(work: (items: readonly Item[]) => Promise<void>) {
  return async (items: readonly Item[]): Promise<readonly true[]> => {
    await work(items)
    return items.map(() => true)
  }
}
