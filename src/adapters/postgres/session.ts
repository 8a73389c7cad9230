import { sql } from 'kysely'
import { leaseLost, ParleyError } from '../../core/errors.ts'
import type { Lease } from '../../core/job.ts'
import type { Platform } from '../../core/thread.ts'
import type { Database, Handle } from './database.ts'
import { dialogueTold } from './signals.ts'

/** What a store works on: the database itself, where every method is a transaction, or a transaction it is part of. */
export interface Session {
  /** For a method that is one statement. */
  readonly handle: Handle
  /** For leases, past all that wait for a connection; not within a transaction. */
  readonly urgent?: Handle
  /** For a method that is several. */
  atomically<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** Of Dialogues by id, as this transaction raised them: all that it changes in one becomes visible at one revision. */
  readonly revisions?: Map<string, number>
}

export function sessionOf(database: Database): Session {
  return {
    handle: database.handle,
    urgent: database.urgent,
    atomically: work => database.atomically(handle => work(withinTransaction(handle))),
  }
}

export function withinTransaction(handle: Handle): Session {
  const session: Session = { handle, atomically: work => work(session), revisions: new Map() }
  return session
}

/**
 * Throws `lease_lost` unless the job is still ours; keeps it ours until the transaction ends. Locks are taken in one
 * order everywhere, so that nobody waits in a circle: job, Dialogue, Turn, Message.
 */
export async function holdJob({ handle }: Session, lease: Lease): Promise<void> {
  if (!(await heldJob(handle, lease).executeTakeFirst())) throw leaseLost()
}

/** The job's row, held until the transaction ends; none when it is not ours any more. */
export function heldJob(handle: Pick<Handle, 'selectFrom'>, lease: Lease) {
  return handle
    .selectFrom('jobs')
    .select('jobs.id')
    .where('jobs.id', '=', lease.jobId)
    .where('lease_token', '=', lease.token)
    .where('jobs.state', '=', 'running')
    .forUpdate('jobs')
}

/** Waits until nobody else changes this Dialogue. Rows that only refer to it can still be added meanwhile. */
export async function lockDialogue({ handle }: Session, id: string): Promise<void> {
  const dialogue = await handle
    .selectFrom('dialogues')
    .select('id')
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!dialogue) throw new ParleyError('not_found', 'There is no such dialogue.')
}

/** Of the first message that is said in a Dialogue. What was said before Parley was asked comes before it. */
export const firstPosition = 1

/** Left between two messages, so that one that arrives late can still stand where it was said. */
const positionStep = 1_024

/** A place at the end of a Dialogue, on the branch it is on, and the revision of what is put there. */
export interface EndPlace {
  readonly position: number
  readonly revision: number
  readonly branchId: string | null
  readonly platform: Platform
}

/** The next place at the end of a Dialogue; locks it and tells those who watch. */
export async function takePlace({ handle, revisions }: Session, dialogueId: string): Promise<EndPlace> {
  const dialogue = await handle
    .updateTable('dialogues')
    .set({
      next_position: sql`next_position + ${positionStep}`,
      revision: sql`revision + 1`,
      used_at: sql`clock_timestamp()`,
    })
    .where('id', '=', dialogueId)
    .returning(['next_position', 'revision', 'branch_id', 'platform', dialogueTold.as('told')])
    .executeTakeFirst()
  if (!dialogue) throw new ParleyError('not_found', 'There is no such dialogue.')
  revisions?.set(dialogueId, dialogue.revision)
  return {
    position: dialogue.next_position - positionStep,
    revision: dialogue.revision,
    branchId: dialogue.branch_id,
    platform: dialogue.platform,
  }
}

/**
 * The revision of what changes in a Dialogue now: to be kept with each message and Turn that does; the same as before
 * where this transaction raised it already. Locks the Dialogue, so that revisions become visible in their order, and
 * tells those who watch. `of`: its id, or a Turn of it under the lease of its job, which is held. `head`: its title,
 * branch or people.
 */
export async function nextRevision(
  session: Session,
  of: string | { readonly turnId: string; readonly lease: Lease },
  { head = false }: { readonly head?: boolean } = {},
): Promise<number> {
  const { handle, revisions } = session
  const known = typeof of === 'string' && !head ? revisions?.get(of) : undefined
  if (known !== undefined) return known
  const raising = handle
    .updateTable('dialogues')
    .set({
      revision: sql`revision + 1`,
      ...(head ? { head_revision: sql`revision + 1` } : {}),
    })
    .returning(['id', 'revision', dialogueTold.as('told')])
  const dialogue = await (typeof of === 'string'
    ? raising.where('id', '=', of)
    : raising
        .where('id', '=', on =>
          on.selectFrom('turns').select('dialogue_id').where('turns.id', '=', of.turnId),
        )
        .where(on => on.exists(heldJob(handle, of.lease)))
  ).executeTakeFirst()
  if (!dialogue) {
    if (typeof of !== 'string') await holdJob(session, of.lease)
    throw new ParleyError('not_found', 'There is no such dialogue.')
  }
  revisions?.set(dialogue.id, dialogue.revision)
  return dialogue.revision
}
