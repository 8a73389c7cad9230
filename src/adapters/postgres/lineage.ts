import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Handle } from './database.ts'
import type { Tables } from './tables.ts'

/** A stretch of a Dialogue along one of its branches: a branch's own messages, below where the next one left it. */
export interface Stretch {
  /** null is the trunk. */
  readonly branchId: string | null
  /** Absent for the branch itself, which goes on to its end. */
  readonly below?: number
}

/** A branch and what it goes on from, itself first and the trunk last; without a branch, the trunk. */
export async function lineageOf(
  handle: Handle,
  branchId: string | null | undefined,
): Promise<readonly Stretch[]> {
  if (branchId == null) return [{ branchId: null }]
  const { rows } = await sql<{ parent_id: string | null; from_position: number }>`
    with recursive lineage as (
      select parent_id, from_position, 1 as depth from branches where id = ${branchId}
      union all
      select branches.parent_id, least(branches.from_position, lineage.from_position), depth + 1
      from branches join lineage on branches.id = lineage.parent_id
    )
    select parent_id, from_position from lineage order by depth`.execute(handle)
  return [
    { branchId },
    ...rows.map(({ parent_id, from_position }) => ({ branchId: parent_id, below: from_position })),
  ]
}

/** A condition on messages: that they stand on this branch, or on the trunk. */
export async function withinLineage(handle: Handle, branchId: string | null | undefined) {
  const lineage = await lineageOf(handle, branchId)
  return (on: ExpressionBuilder<Pick<Tables, 'messages'>, 'messages'>): Expression<SqlBool> =>
    on.or(
      lineage.map(({ branchId: own, below }) =>
        on.and([
          on('messages.branch_id', own === null ? 'is' : '=', own),
          ...(below === undefined ? [] : [on('messages.position', '<', below)]),
        ]),
      ),
    )
}
