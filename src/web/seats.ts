import { ParleyError } from '../core/errors.ts'

/** Open connections of one person in one process: more than anybody has tabs, less than would hurt. */
export const seatsPerMember = 40

/** Counts what stays open, by person. */
export interface Seats {
  /** Throws `rate_limited` when they are all taken; returns how to leave, which may be called again. */
  take(memberId: string): () => void
}

export function createSeats(limit = seatsPerMember): Seats {
  const taken = new Map<string, number>()
  return {
    take(memberId) {
      const now = taken.get(memberId) ?? 0
      if (now >= limit) throw new ParleyError('rate_limited', 'Too many connections are open at once.')
      taken.set(memberId, now + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        const others = (taken.get(memberId) ?? 1) - 1
        if (others > 0) taken.set(memberId, others)
        else taken.delete(memberId)
      }
    },
  }
}
