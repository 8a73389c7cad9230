import type { Clock } from './clock.ts'
import { ParleyError } from './errors.ts'
import type { History } from './history.ts'
import type { Job, Lease } from './job.ts'
import type { Viewer } from './member.ts'
import type { Store } from './store.ts'
import type { JobHandler } from './worker.ts'

/** The kind of the job that erases a person. */
export const eraseJobKind = 'erase'

/** How much of each kind is gone; nothing that leads to whose it was. */
export interface ErasureCounts {
  readonly dialogues: number
  readonly messages: number
  readonly answers: number
  readonly identities: number
  readonly decisions: number
}

/** The receipt of an erasure, kept when everything else is gone. */
export interface Erasure {
  readonly id: string
  readonly scope: 'dialogue' | 'member'
  readonly counts: ErasureCounts
  readonly requestedAtMs: number
  /** Absent while it is under way. */
  readonly endedAtMs?: number
}

/** What one step of erasing a person did: none of it twice, however often a step is begun. */
export interface ErasureStep {
  readonly done: boolean
}

export interface Erasures {
  find(id: string): Promise<Erasure | undefined>
  /**
   * Erases a whole Dialogue with all that hangs on it, at once. A platform's history of its thread is not read back
   * later. Gives the receipt; undefined when there is none such.
   */
  eraseDialogue(id: string, atMs: number): Promise<Erasure | undefined>
  /** Erases what these people said in the Dialogue, and what was answered to them, and keeps the rest. */
  redactIn(dialogueId: string, identityIds: readonly string[], atMs: number): Promise<Erasure>
  /**
   * Begins to erase a Member: they are signed out everywhere, can sign in no more, and the job is enqueued. Gives the
   * receipt's id; the same one when it was begun before.
   */
  begin(memberId: string, atMs: number): Promise<string>
  /** The next bounded step of the job; every step may be repeated. */
  step(job: Job['payload'], lease: Lease, atMs: number): Promise<ErasureStep>
}

export interface ErasureDependencies {
  readonly store: Store
  readonly clock: Clock
}

/** Resumes wherever it was cut off: what is gone is not found again. */
export function createEraseHandler({ store, clock }: ErasureDependencies): JobHandler {
  return {
    // Nobody is told that they are forgotten while they are not.
    maxAttempts: 1_000,
    async run(job, signal) {
      for (;;) {
        if (signal.aborted) throw signal.reason
        const { done } = await store.erasures.step(job.payload, job.lease, clock.nowMs())
        if (done) return
      }
    },
  }
}

/**
 * Forgets one Dialogue for this Viewer: their own is gone with everything in it; of any other, what they said in it
 * and what was answered to them. Throws `not_found` for what they may not see.
 */
export async function forgetDialogue(
  { store, history }: { readonly store: Store; readonly history: Pick<History, 'find'> },
  viewer: Viewer,
  dialogueId: string,
  atMs: number,
): Promise<Erasure> {
  const entry = await history.find(viewer, dialogueId)
  if (!entry || entry.access === 'glass') throw new ParleyError('not_found', 'There is no such dialogue.')
  const erasure =
    entry.access === 'own'
      ? await store.erasures.eraseDialogue(dialogueId, atMs)
      : await store.erasures.redactIn(dialogueId, viewer.identityIds, atMs)
  if (!erasure) throw new ParleyError('not_found', 'There is no such dialogue.')
  return erasure
}
