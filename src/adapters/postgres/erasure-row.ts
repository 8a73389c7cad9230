import { z } from 'zod'
import type { Erasure, ErasureCounts } from '../../core/erasure.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import { storedJson } from './stored-text.ts'

export function addCounts(a: ErasureCounts, b: ErasureCounts): ErasureCounts {
  return {
    dialogues: a.dialogues + b.dialogues,
    messages: a.messages + b.messages,
    answers: a.answers + b.answers,
    identities: a.identities + b.identities,
    decisions: a.decisions + b.decisions,
  }
}

export async function auditErasure(
  handle: Handle,
  { id, scope, counts }: Pick<Erasure, 'id' | 'scope' | 'counts'>,
  atMs: number,
): Promise<void> {
  await handle
    .insertInto('audits')
    .values({
      id: newId(atMs),
      at: new Date(atMs),
      actor_id: null,
      action: `${scope}_erased`,
      subject: id,
      detail: storedJson(counts),
      address: null,
    })
    .execute()
}

const count = z.number().default(0)
const countsShape = z.object({
  dialogues: count,
  messages: count,
  answers: count,
  identities: count,
  decisions: count,
})

export async function findErasure(handle: Handle, id: string): Promise<Erasure | undefined> {
  const row = await handle.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst()
  return (
    row && {
      id: row.id,
      scope: row.scope,
      counts: countsShape.parse(row.counts),
      requestedAtMs: row.requested_at.getTime(),
      ...(row.ended_at === null ? {} : { endedAtMs: row.ended_at.getTime() }),
    }
  )
}
