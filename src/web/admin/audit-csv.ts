import type { Audit, AuditFilter } from '../../core/audit.ts'
import { csvLine } from '../../core/csv.ts'
import type { Store } from '../../core/store.ts'

/** Asked for at once; what is sent is never longer in memory than this. */
const batch = 500

const columns = ['at', 'actorId', 'actor', 'action', 'subject', 'subjectName', 'address', 'detail'] as const

/** All that the filter finds, newest first, a batch at a time. */
export async function* auditCsv(
  store: Pick<Store, 'audits' | 'roster'>,
  filter: AuditFilter | undefined,
): AsyncGenerator<string> {
  yield csvLine(columns)
  if (!filter) return
  let rows: readonly Audit[] = []
  do {
    const before = rows.at(-1)?.id
    rows = await store.audits.list(filter, { limit: batch, ...(before === undefined ? {} : { before }) })
    yield await lines(store, rows)
  } while (rows.length === batch)
}

async function lines(store: Pick<Store, 'roster'>, rows: readonly Audit[]): Promise<string> {
  const names = await namesIn(store, rows)
  return rows
    .map(({ atMs, actorId = '', action, subject, address = '', detail }) =>
      csvLine([
        new Date(atMs).toISOString(),
        actorId,
        names.get(actorId) ?? '',
        action,
        subject,
        names.get(subject) ?? '',
        address,
        JSON.stringify(detail),
      ]),
    )
    .join('')
}

/** What those who acted, and those it was done to, are called. */
export function namesIn(
  { roster }: Pick<Store, 'roster'>,
  rows: readonly Audit[],
): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap(({ actorId, subject }) => (actorId === undefined ? [subject] : [actorId, subject]))
  return roster.names([...new Set(ids)])
}
