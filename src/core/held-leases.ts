import type { Clock } from './clock.ts'
import { leaseLost, type ParleyError } from './errors.ts'
import type { Jobs, Lease } from './job.ts'
import type { Log } from './log.ts'

/** The leases that a worker works under, renewed together. */
export interface HeldLeases {
  /**
   * Renews it until the function that it gives is called; `lost` is called once, should it be gone before that. An
   * earlier lease of the same job is lost: it was claimed anew.
   */
  hold(lease: Lease, log: Log, lost: (reason: ParleyError) => void): () => void
  /** Renews what is held, three times within a lease's time, until `over` aborts. */
  keep(over: AbortSignal): Promise<void>
}

interface Held {
  readonly lease: Lease
  readonly log: Log
  readonly lost: (reason: ParleyError) => void
  untilMs: number
}

export function createHeldLeases(
  { jobs, clock }: { readonly jobs: Pick<Jobs, 'renew'>; readonly clock: Clock },
  leaseMs: number,
): HeldLeases {
  const held = new Set<Held>()

  async function renew(): Promise<void> {
    const asked = [...held]
    if (asked.length === 0) return
    const untilMs = clock.nowMs() + leaseMs
    try {
      const renewal = await jobs.renew(
        asked.map(({ lease }) => lease),
        leaseMs,
      )
      for (const one of asked) {
        if (renewal.renewed.has(one.lease.jobId)) one.untilMs = untilMs
        else if (renewal.lost.has(one.lease.jobId)) lose(one)
        else loseWhenOver(one)
      }
    } catch (thrown) {
      for (const one of asked) loseWhenOver(one, thrown)
    }
  }

  function loseWhenOver(one: Held, cause?: unknown): void {
    if (clock.nowMs() >= one.untilMs) return lose(one, cause)
    if (cause && held.has(one)) one.log.warn({ error: cause }, 'the lease could not be renewed; trying again')
  }

  /** One that was let go meanwhile ended with its job. */
  function lose(one: Held, cause?: unknown): void {
    if (!held.delete(one)) return
    const reason = leaseLost(cause)
    one.log.warn({ error: cause ?? reason }, 'the lease was lost')
    one.lost(reason)
  }

  return {
    hold(lease, log, lost) {
      for (const other of held) if (other.lease.jobId === lease.jobId) lose(other)
      const one: Held = { lease, log, lost, untilMs: clock.nowMs() + leaseMs }
      held.add(one)
      return () => void held.delete(one)
    },
    async keep(over) {
      while (!over.aborted) {
        await clock.sleep(leaseMs / 3, over)
        if (!over.aborted) await renew()
      }
    },
  }
}
