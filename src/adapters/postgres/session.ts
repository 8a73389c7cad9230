import { sql } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Lease } from '../../core/job.ts'
import type { Database, Handle } from './database.ts'

/** What a store works on: the database itself, where every method is a transaction, or a transaction it is part of. */
export interface Session {
  /** For a method that is one statement. */
  readonly handle: Handle
  /** For a method that is several. */
  atomically<T>(work: (session: Session) => Promise<T>): Promise<T>
}

export function sessionOf(database: Database): Session {
  return {
    handle: database.handle,
    atomically: work => database.atomically(handle => work(withinTransaction(handle))),
  }
}

export function withinTransaction(handle: Handle): Session {
  const session: Session = { handle, atomically: work => work(session) }
  return session
}

/**
 * Throws `lease_lost` unless the job is still ours; keeps it ours until the transaction ends. Locks are taken in one
 * order everywhere, so that nobody waits in a circle: job, Dialogue, Turn, Message.
 */
export async function holdJob({ handle }: Session, lease: Lease): Promise<void> {
  const job = await handle
    .selectFrom('jobs')
    .select('id')
    .where('id', '=', lease.jobId)
    .where('lease_token', '=', lease.token)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst()
  if (!job) throw new ParleyError('lease_lost', 'Another process took over.')
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

/** Left between two messages, so that one that arrives late can still stand where it was said. */
const positionStep = 1_024

/** The next position at the end of a Dialogue; locks it. */
export async function takePosition({ handle }: Session, dialogueId: string): Promise<number> {
  const dialogue = await handle
    .updateTable('dialogues')
    .set({ next_position: sql`next_position + ${positionStep}`, used_at: sql`clock_timestamp()` })
    .where('id', '=', dialogueId)
    .returning('next_position')
    .executeTakeFirst()
  if (!dialogue) throw new ParleyError('not_found', 'There is no such dialogue.')
  return dialogue.next_position - positionStep
}
