import type { Selectable } from 'kysely'
import type { Branch, Branches } from '../../core/branch.ts'
import { ParleyError } from '../../core/errors.ts'
import { newId } from './ids.ts'
import { nextRevision, type Session } from './session.ts'
import type { BranchTable } from './sharing-tables.ts'

export function createBranches(session: Session): Branches {
  return {
    fork: (at, atMs) => session.atomically(inner => fork(inner, at, atMs)),
    switchTo: (dialogueId, branchId) => session.atomically(inner => switchTo(inner, dialogueId, branchId)),
    async list(dialogueId) {
      const rows = await session.handle
        .selectFrom('branches')
        .selectAll()
        .where('dialogue_id', '=', dialogueId)
        .orderBy('id')
        .execute()
      return rows.map(toBranch)
    },
  }
}

async function fork(session: Session, at: Parameters<Branches['fork']>[0], atMs: number): Promise<Branch> {
  const { handle } = session
  await nextRevision(session, at.dialogueId, { head: true })
  const { parentId, fromPosition } = await whereItLeaves(session, at)
  const branch = await handle
    .insertInto('branches')
    .values({
      id: newId(),
      dialogue_id: at.dialogueId,
      parent_id: parentId,
      from_position: fromPosition,
      created_at: new Date(atMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await handle
    .updateTable('dialogues')
    .set({ branch_id: branch.id })
    .where('id', '=', at.dialogueId)
    .execute()
  return toBranch(branch)
}

/** The first message of a branch stands where its parent's went on: what takes its place leaves the parent too. */
async function whereItLeaves(
  { handle }: Session,
  { branchId, position }: Parameters<Branches['fork']>[0],
): Promise<{ readonly parentId: string | null; readonly fromPosition: number }> {
  const branch =
    branchId === undefined
      ? undefined
      : await handle
          .selectFrom('branches')
          .selectAll()
          .where('id', '=', branchId)
          .where(on =>
            on.not(
              on.exists(
                on
                  .selectFrom('messages')
                  .select('messages.id')
                  .whereRef('messages.branch_id', '=', 'branches.id')
                  .where('messages.position', '<', position),
              ),
            ),
          )
          .executeTakeFirst()
  if (branch) return { parentId: branch.parent_id, fromPosition: branch.from_position }
  return { parentId: branchId ?? null, fromPosition: position }
}

async function switchTo(session: Session, dialogueId: string, branchId: string | undefined): Promise<void> {
  const { handle } = session
  await nextRevision(session, dialogueId, { head: true })
  if (branchId !== undefined) {
    const branch = await handle
      .selectFrom('branches')
      .select('id')
      .where('id', '=', branchId)
      .where('dialogue_id', '=', dialogueId)
      .executeTakeFirst()
    if (!branch) throw new ParleyError('not_found', 'There is no such branch.')
  }
  await handle
    .updateTable('dialogues')
    .set({ branch_id: branchId ?? null })
    .where('id', '=', dialogueId)
    .execute()
}

function toBranch(row: Selectable<BranchTable>): Branch {
  return {
    id: row.id,
    dialogueId: row.dialogue_id,
    ...(row.parent_id === null ? {} : { parentId: row.parent_id }),
    fromPosition: row.from_position,
  }
}
