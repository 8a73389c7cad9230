import type { Quotas } from '../quota.ts'

/** Everything is granted; what was used is on record in the ModelCalls. */
export const unlimitedQuotas: Quotas = {
  reserve: claim =>
    Promise.resolve({ granted: true, reservation: { id: claim.reservationId }, warnings: [], news: [] }),
  settle: () => Promise.resolve(),
  release: () => Promise.resolve(),
  standing: () => Promise.resolve([]),
  abandoned: () => Promise.resolve([]),
  grant: () => Promise.resolve(),
  tidy: () => Promise.resolve(),
}
