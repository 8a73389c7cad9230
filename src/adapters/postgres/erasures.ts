import type { Erasure, ErasureCounts, Erasures } from '../../core/erasure.ts'
import { nothingErased, removeDialogue } from './erase-dialogue.ts'
import { beginErasing, erasePersonStep } from './erase-person.ts'
import { eraseSaid } from './erase-said.ts'
import { addCounts, auditErasure, findErasure } from './erasure-row.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { storedJson } from './stored-text.ts'

export function createErasures(session: Session): Erasures {
  return {
    find: id => findErasure(session.handle, id),
    eraseDialogue: (id, atMs) =>
      session.atomically(async inner => {
        const counts = await removeDialogue(inner, id, atMs)
        return counts && addReceipt(inner, counts, atMs)
      }),
    redactIn: (dialogueId, identityIds, atMs) =>
      session.atomically(async inner => {
        let counts = nothingErased
        for (;;) {
          const some = await eraseSaid(inner, dialogueId, identityIds, atMs)
          if (some.messages + some.answers === 0) return addReceipt(inner, counts, atMs)
          counts = addCounts(counts, some)
        }
      }),
    begin: (memberId, atMs) => session.atomically(inner => beginErasing(inner, memberId, atMs)),
    step: (payload, lease, atMs) => session.atomically(inner => erasePersonStep(inner, payload, lease, atMs)),
  }
}

/** The receipt of what is gone already, also in the audits; neither says whose it was. */
async function addReceipt({ handle }: Session, counts: ErasureCounts, atMs: number): Promise<Erasure> {
  const id = newId(atMs)
  const at = new Date(atMs)
  await handle
    .insertInto('erasures')
    .values({ id, scope: 'dialogue', counts: storedJson(counts), requested_at: at, ended_at: at })
    .execute()
  await auditErasure(handle, { id, scope: 'dialogue', counts }, atMs)
  return { id, scope: 'dialogue', counts, requestedAtMs: atMs, endedAtMs: atMs }
}
