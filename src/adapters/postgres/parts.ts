import { createHash } from 'node:crypto'
import { type Selectable, sql, type UpdateObject } from 'kysely'
import type { Lease } from '../../core/job.ts'
import { leaseLost } from '../../core/errors.ts'
import type { Part, PartLedger } from '../../core/part.ts'
import { newId } from './ids.ts'
import { heldJob, holdJob, type Session } from './session.ts'
import type { PartTable, Tables } from './tables.ts'

/** The Parts of one Message. Every change holds the lease first, so that nobody writes who lost the job. */
export function createPartLedger(session: Session, messageId: string, lease: Lease): PartLedger {
  // One statement, which is a transaction too: there are several in every Turn.
  const change = async (partId: string, columns: UpdateObject<Tables, 'parts'>) => {
    const held = await session.handle
      .with('held', inner => heldJob(inner, lease))
      .with('changed', inner =>
        inner
          .updateTable('parts')
          .set(columns)
          .where('parts.id', '=', partId)
          .where('message_id', '=', messageId)
          .where(on => on.exists(on.selectFrom('held').select('held.id')))
          .returning('parts.id'),
      )
      .selectFrom('held')
      .select('held.id')
      .executeTakeFirst()
    if (!held) throw leaseLost()
  }
  return {
    async list() {
      const rows = await session.handle
        .selectFrom('parts')
        .select(partColumns)
        .where('message_id', '=', messageId)
        .orderBy('ordinal')
        .orderBy('generation')
        .execute()
      return rows.map(toPart)
    },
    async plan(ordinal, options) {
      const planned = { message_id: messageId, ordinal, streaming: options?.streaming ?? false }
      return (
        (await planFirst(session, planned, lease)) ??
        session.atomically(async inner => {
          await holdJob(inner, lease)
          return plan(inner, planned)
        })
      )
    },
    async others(refs) {
      if (refs.length === 0) return new Set()
      const rows = await session.handle
        .selectFrom('parts')
        .innerJoin('messages', 'messages.id', 'parts.message_id')
        .select('parts.ref')
        .where('parts.ref', 'in', refs)
        .where('parts.message_id', '<>', messageId)
        .where('messages.dialogue_id', '=', query =>
          query.selectFrom('messages as own').select('own.dialogue_id').where('own.id', '=', messageId),
        )
        .execute()
      return new Set(rows.flatMap(row => row.ref ?? []))
    },
    posted: (partId, ref) => change(partId, { state: 'posted', ref }),
    streamClosed: partId => change(partId, { streaming: false }),
    removed: partId => change(partId, { state: 'removed', streaming: false }),
  }
}

const partColumns = [
  'id',
  'message_id',
  'ordinal',
  'generation',
  'key',
  'state',
  'ref',
  'streaming',
  'planned_at',
] as const

type PlannedPart = Pick<Selectable<PartTable>, 'message_id' | 'ordinal' | 'streaming'>

/** Nearly always there is none of this ordinal yet: then one statement does. Undefined when there is, or no lease. */
async function planFirst({ handle }: Session, planned: PlannedPart, lease: Lease): Promise<Part | undefined> {
  const { message_id: messageId, ordinal, streaming } = planned
  const { rows } = await sql<Selectable<PartTable>>`
    with held as (${heldJob(handle, lease)})
    insert into parts (id, message_id, ordinal, generation, key, state, streaming, planned_at)
    select ${newId()}, ${messageId}, ${ordinal}::int, 0, ${keyOf(messageId, ordinal, 0)}, 'posting',
      ${streaming}::boolean, clock_timestamp()
    from held
    where not exists (select from parts where message_id = ${messageId} and ordinal = ${ordinal}::int)
    returning ${sql.join(partColumns.map(name => sql.ref(name)))}`.execute(handle)
  return rows[0] && toPart(rows[0])
}

async function plan(
  { handle }: Session,
  { message_id: messageId, ordinal, streaming }: PlannedPart,
): Promise<Part> {
  const onRecord = await handle
    .selectFrom('parts')
    .selectAll()
    .where('message_id', '=', messageId)
    .where('ordinal', '=', ordinal)
    .orderBy('generation', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (onRecord && onRecord.state !== 'removed') return toPart(onRecord)
  const generation = onRecord ? onRecord.generation + 1 : 0
  const planned = await handle
    .insertInto('parts')
    .values({
      id: newId(),
      message_id: messageId,
      ordinal,
      generation,
      key: keyOf(messageId, ordinal, generation),
      state: 'posting',
      streaming,
      planned_at: sql`clock_timestamp()`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toPart(planned)
}

/** 22 characters: 132 bits of a hash, within the 25 of Discord's nonce. */
export function keyOf(messageId: string, ordinal: number, generation: number): string {
  return createHash('sha256').update(`${messageId}/${ordinal}/${generation}`).digest('base64url').slice(0, 22)
}

function toPart(row: Selectable<PartTable>): Part {
  return {
    id: row.id,
    messageId: row.message_id,
    ordinal: row.ordinal,
    key: row.key,
    state: row.state,
    ...(row.ref === null ? {} : { ref: row.ref }),
    streaming: row.streaming,
    plannedAtMs: row.planned_at.getTime(),
  }
}
