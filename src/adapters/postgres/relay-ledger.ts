import type { RelayLedger } from '../../core/relay-books.ts'
import type { Store } from '../../core/store.ts'

/** The relay's books in this database. */
export function createRelayLedger(store: Store): RelayLedger {
  return {
    reserve: claims => Promise.all(claims.map(claim => store.quotas.reserve(claim))),
    async settle(spendings) {
      await store.atomically(async stores => {
        for (const { reservation, usage } of spendings) await stores.quotas.settle(reservation, usage)
        await stores.relayedRequests.add(spendings.flatMap(({ kept }) => kept ?? []))
      })
    },
    async release(reservations) {
      await Promise.all(reservations.map(reservation => store.quotas.release(reservation)))
    },
  }
}
