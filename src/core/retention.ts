import type { Clock } from './clock.ts'
import type { Jobs } from './job.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'
import type { Platform, ThreadRef } from './thread.ts'
import type { JobHandler } from './worker.ts'
import type { Workspace } from './workspace.ts'

/** How long what is said in a workspace, or in one of its channels, is kept. A channel's own rule goes before. */
export interface RetentionRule {
  readonly platform: Platform
  readonly workspaceId: string
  /** Absent for the workspace. */
  readonly channelId?: string
  readonly days: number
}

export interface RetentionDue {
  readonly rule: RetentionRule
  /** Dialogues that would go as a whole. */
  readonly dialogues: number
  /** Messages, those of such Dialogues included. */
  readonly messages: number
}

export interface Retention {
  rules(): Promise<readonly RetentionRule[]>
  set(rule: RetentionRule): Promise<void>
  remove(rule: Omit<RetentionRule, 'days'>): Promise<void>
  /**
   * Erases at most `limit` Dialogues and as many messages that are older than their rule says. `more` while some
   * are left. Safe to repeat.
   */
  sweep(nowMs: number, limit: number): Promise<{ readonly erased: number; readonly more: boolean }>
  /** What each rule would erase now, so that one knows before; of one workspace, or of all. */
  due(nowMs: number, workspace?: Workspace): Promise<readonly RetentionDue[]>
  /** What was said in this thread before then must not be read into Parley again. */
  keptFromMs(thread: ThreadRef, nowMs: number): Promise<number | undefined>
}

export const retentionJobKind = 'retention'

const dayMs = 24 * 60 * 60_000

/** Dialogues and messages of one transaction: few enough that nobody waits behind it. */
const batch = 200

/** Makes sure that the daily job waits; to be called at every start. */
export function scheduleRetention(jobs: Jobs, delayMs = 0): Promise<void> {
  return jobs.enqueue({
    kind: retentionJobKind,
    lane: retentionJobKind,
    payload: {},
    delayMs,
    unlessWaiting: true,
  })
}

/** Erases what is too old, once a day, on one process at a time. */
export function createRetentionHandler(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}): JobHandler {
  const { store, clock, log } = deps
  return {
    maxAttempts: 5,
    async run(_job, signal) {
      let count = 0
      for (let more = true; more; ) {
        if (signal.aborted) throw signal.reason
        const swept = await store.retention.sweep(clock.nowMs(), batch)
        count += swept.erased
        more = swept.more
      }
      if (count > 0) log.info({ component: 'retention', count }, 'what was too old is erased')
      await scheduleRetention(store.jobs, dayMs)
    },
    giveUp: () => scheduleRetention(store.jobs, dayMs),
  }
}
