import { type RawBuilder, sql } from 'kysely'
import type { Handle } from './database.ts'

/** A condition on `messages` that holds along the present branch of a Dialogue, from its trunk to its end. */
export async function presentBranch(handle: Handle, dialogueId: string): Promise<RawBuilder<boolean>> {
  const { rows } = await sql<{ id: string | null; before: number | null }>`
    with recursive path as (
      select branches.id, branches.parent_id, branches.from_position, null::bigint as before, 1 as depth
      from dialogues join branches on branches.id = dialogues.branch_id
      where dialogues.id = ${dialogueId}
      union all
      select parent.id, parent.parent_id, parent.from_position,
        least(path.from_position, path.before), path.depth + 1
      from path join branches as parent on parent.id = path.parent_id
      where path.depth < 1000
    )
    select id, before from path
    union all
    select null, (select min(from_position) from path)`.execute(handle)
  const pieces = rows.map(({ id, before }) => {
    const on = id === null ? sql`messages.branch_id is null` : sql`messages.branch_id = ${id}`
    return before === null ? sql`(${on})` : sql`(${on} and messages.position < ${before})`
  })
  return sql<boolean>`(${sql.join(pieces, sql` or `)})`
}
