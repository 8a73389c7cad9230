import type { Clock } from './clock.ts'
import { ParleyError, toParleyError } from './errors.ts'
import { createHeldLeases } from './held-leases.ts'
import type { Job, Jobs } from './job.ts'
import type { Log } from './log.ts'
import type { Signals } from './store.ts'

export interface JobHandler {
  /**
   * Does the work; resolving ends the job, where the handler does not itself. Rejecting gives it back for a later attempt.
   * `signal` aborts when the job is no longer ours or the process is leaving: then nothing more may be written.
   */
  run(job: Job, signal: AbortSignal): Promise<void>
  /** Ends its jobs itself, in one transaction with what they did. */
  readonly finishes?: true
  /** Attempts before the job is given up. */
  readonly maxAttempts: number
  /** Says a last word when the final attempt failed; the job ends either way. */
  giveUp?(job: Job, error: ParleyError): Promise<void>
}

export interface WorkerOptions {
  readonly jobs: Jobs
  readonly signals: Signals
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly handlers: ReadonlyMap<string, JobHandler>
  /** Jobs at once in this process. */
  readonly concurrency: number
  /** Whether so much waits for the database that one more job would only make what runs wait longer. */
  readonly isCrowded?: () => boolean
  /** How long a process that died keeps its jobs. Takeover takes this and a poll. */
  readonly leaseMs: number
  /** The longest wait between looks at the queue, should a signal be lost. */
  readonly pollMs: number
}

export interface Worker {
  start(): void
  /** Stops claiming, waits up to `graceMs` for what runs, then hands the rest to other processes. */
  drain(graceMs: number): Promise<void>
}

/** So that of many jobs at once every process gets some. */
const claimedAtOnce = 8

/** While it is crowded a job is begun this often all the same, so that nothing can keep all of them from beginning. */
const crowdedMs = 100
const lookAgainMs = 20

/** Runs jobs as they come due. One worker per process. */
export function createWorker(options: WorkerOptions): Worker {
  const { jobs, clock, log, handlers } = options
  const kinds = [...handlers.keys()]
  const running = new Map<Promise<void>, AbortController>()
  let stopping = false
  let wake = new AbortController()
  let loop = Promise.resolve()
  const leases = createHeldLeases(options, options.leaseMs)
  const over = new AbortController()
  let unlisten = () => {}
  /** Words of new jobs, so far. */
  let heard = 0

  async function claimAll(): Promise<void> {
    while (!stopping && running.size < options.concurrency) {
      await untilRoom()
      if (stopping) return
      const room = options.isCrowded?.() ? 1 : Math.min(options.concurrency - running.size, claimedAtOnce)
      const claimed = await jobs.claim(kinds, options.leaseMs, room)
      for (const job of claimed) begin(job)
      if (claimed.length < room) return
    }
  }

  function begin(job: Job): void {
    const leave = new AbortController()
    const heardBefore = heard
    const done = attempt(job, leave).finally(() => {
      // What was told of meanwhile may wait behind it in its lane, or for room.
      if (heard !== heardBefore || running.size >= options.concurrency) wake.abort()
      running.delete(done)
    })
    running.set(done, leave)
  }

  async function untilRoom(): Promise<void> {
    for (
      let waitedMs = 0;
      !stopping && waitedMs < crowdedMs && options.isCrowded?.();
      waitedMs += lookAgainMs
    )
      await clock.sleep(lookAgainMs)
  }

  async function look(): Promise<void> {
    while (!stopping) {
      wake = new AbortController()
      const woken = wake.signal
      let waitMs = options.pollMs
      try {
        await claimAll()
        waitMs = Math.min(waitMs, (await jobs.nextDueMs(kinds)) ?? waitMs)
      } catch (thrown) {
        log.warn({ component: 'worker', error: thrown }, 'the queue could not be read; trying again')
        waitMs = 1_000
      }
      if (!stopping) await clock.sleep(Math.max(waitMs, 20), woken)
    }
  }

  async function attempt(job: Job, leave: AbortController): Promise<void> {
    const handler = handlers.get(job.kind)
    if (!handler) return
    const lines = log.with({ jobId: job.id, jobKind: job.kind, attempt: job.attempt })
    const letGo = leases.hold(job.lease, lines, reason => leave.abort(reason))
    try {
      // One that ended its process every time never came to be handed back.
      if (job.attempt > handler.maxAttempts) throw new ParleyError('internal', 'The job was begun too often.')
      await handler.run(job, leave.signal)
      letGo()
      if (!handler.finishes) await jobs.finish(job.lease)
    } catch (thrown) {
      await handBack(job, handler, toParleyError(thrown), leave.signal, lines).catch((error: unknown) =>
        lines.error({ error }, 'the job could not be given back; its lease will run out'),
      )
    } finally {
      letGo()
    }
  }

  async function handBack(job: Job, handler: JobHandler, error: ParleyError, left: AbortSignal, lines: Log) {
    const leaving = left.aborted && toParleyError(left.reason).code !== 'lease_lost'
    if (leaving) return jobs.retry(job.lease, 0, 'handed over')
    if (error.code === 'lease_lost' || left.aborted) {
      return lines.warn({ code: error.code }, 'the job went to another process')
    }
    if (job.attempt >= handler.maxAttempts) {
      lines.error({ code: error.code, error }, 'the job is given up')
      await handler.giveUp?.(job, error)
      return jobs.finish(job.lease)
    }
    const waitMs = error.retryAfterMs ?? backoffMs(job.attempt, options.random)
    lines.warn({ code: error.code, waitMs, error }, 'the job failed and will be tried again')
    return jobs.retry(job.lease, waitMs, error.code)
  }

  return {
    start() {
      unlisten = options.signals.listen(signal => {
        if (signal.type !== 'job') return
        heard += 1
        wake.abort()
      })
      loop = look()
      void leases.keep(over.signal)
    },
    async drain(graceMs) {
      stopping = true
      unlisten()
      wake.abort()
      await loop
      const waited = new AbortController()
      await Promise.race([Promise.all(running.keys()), clock.sleep(graceMs, waited.signal)])
      waited.abort()
      for (const leave of running.values())
        leave.abort(new ParleyError('aborted', 'This process is stopping.'))
      await Promise.all(running.keys())
      over.abort()
    },
  }
}

/** 1 s, 2 s, 4 s … up to a minute, each between half and all of it so that many do not come back together. */
export function backoffMs(attempt: number, random: () => number): number {
  const fullMs = Math.min(60_000, 1_000 * 2 ** (attempt - 1))
  return fullMs * (0.5 + random() / 2)
}
