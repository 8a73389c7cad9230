/** The right to work on a job, held by one process until `leaseMs` after its last renewal. */
export interface Lease {
  readonly jobId: string
  /** Differs for every claim, so that one who lost the job cannot write as if it still held it. */
  readonly token: string
}

/** Work that survives its process. Jobs of one lane run one at a time, in the order they were enqueued. */
export interface Job {
  readonly id: string
  readonly kind: string
  readonly lane: string
  readonly payload: JobPayload
  /** How often it was claimed, this time included; a claim whose process died counts. */
  readonly attempt: number
  /** Why the attempt before gave it back; absent at the first, and where a process died over it or lost it. */
  readonly givenBackFor?: string
  readonly enqueuedAtMs: number
  readonly lease: Lease
}

/** Ids of jobs. */
export interface Renewal {
  readonly renewed: ReadonlySet<string>
  /** Not ours any more. */
  readonly lost: ReadonlySet<string>
}

export type JobPayload = { readonly [name: string]: string | number | boolean | null }

export interface Jobs {
  /** `delayMs` from now; `unlessWaiting` leaves it out when its lane already holds a job of this kind. */
  enqueue(job: {
    readonly kind: string
    readonly lane: string
    readonly payload: JobPayload
    readonly delayMs?: number
    readonly unlessWaiting?: boolean
  }): Promise<void>
  /**
   * The oldest jobs that are due, each first in its lane, and free or abandoned by a process that stopped renewing; one
   * unless told. Atomic: two callers never hold one job, nor two jobs of one lane.
   */
  claim(kinds: readonly string[], leaseMs: number, atMost?: number): Promise<readonly Job[]>
  /** Holds each job for `leaseMs` more from now. Waits for none: one that is just being changed is in neither set. */
  renew(leases: readonly Lease[], leaseMs: number): Promise<Renewal>
  /** Throws `lease_lost` unless the job is still ours; keeps it ours until the transaction ends. */
  hold(lease: Lease): Promise<void>
  /** Done with it: removes it. */
  finish(lease: Lease): Promise<void>
  /** Gives it back, to be claimed again after `delayMs`; its lane waits for it. `error` is for the log. */
  retry(lease: Lease, delayMs: number, error: string): Promise<void>
  /** Milliseconds until something here could be claimed without further notice; undefined when nothing waits. */
  nextDueMs(kinds: readonly string[]): Promise<number | undefined>
  /** Lets every lease run out now. Only at the start of a process that knows itself to be the only one. */
  freeAll(): Promise<void>
}
