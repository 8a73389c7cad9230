import type { Audit, AuditFilter } from '../../core/audit.ts'
import type { Store } from '../../core/store.ts'

/** Asked for at once; what is sent is never longer in memory than this. */
const batch = 500

const columns = ['at', 'actorId', 'actor', 'action', 'subject', 'subjectName', 'address', 'detail'] as const

/** All that the filter finds, newest first, a batch at a time and only as fast as it is read. */
export function auditCsv(
  store: Pick<Store, 'audits' | 'roster'>,
  filter: AuditFilter | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let before: string | undefined
  let isOver = filter === undefined
  return new ReadableStream({
    start(sink) {
      sink.enqueue(encoder.encode(`${columns.join(',')}\r\n`))
    },
    async pull(sink) {
      if (isOver || filter === undefined) return sink.close()
      const rows = await store.audits.list(filter, {
        limit: batch,
        ...(before === undefined ? {} : { before }),
      })
      isOver = rows.length < batch
      before = rows.at(-1)?.id
      if (rows.length === 0) return sink.close()
      sink.enqueue(encoder.encode(await lines(store, rows)))
    },
  })
}

async function lines({ roster }: Pick<Store, 'roster'>, rows: readonly Audit[]): Promise<string> {
  const ids = rows.flatMap(({ actorId, subject }) => (actorId === undefined ? [subject] : [actorId, subject]))
  const names = await roster.names([...new Set(ids)])
  return rows
    .map(({ atMs, actorId = '', action, subject, address = '', detail }) =>
      [
        new Date(atMs).toISOString(),
        actorId,
        names.get(actorId) ?? '',
        action,
        subject,
        names.get(subject) ?? '',
        address,
        JSON.stringify(detail),
      ]
        .map(cell)
        .join(','),
    )
    .map(line => `${line}\r\n`)
    .join('')
}

/** Quoted where it must be; what a spreadsheet would take for a formula is kept a text. */
export function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
