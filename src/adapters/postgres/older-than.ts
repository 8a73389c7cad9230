import { type RawBuilder, sql } from 'kysely'

/** True for the rows of this table that stand after the one with this id, newest first; for none where it is gone. */
export function olderThan(
  table: 'audits' | 'relayed_requests' | 'break_glasses',
  at: 'at' | 'opened_at',
  id: string,
): RawBuilder<boolean> {
  const [of, column] = [sql.table(table), sql.ref(at)]
  return sql<boolean>`(${of}.${column}, ${of}.id) < (
    select last.${column}, last.id from ${of} as last where last.id = ${id})`
}
