import { z } from 'zod'
import type { Audit, Audits } from '../../core/audit.ts'
import type { AuditTable } from './account-tables.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { storedJson } from './stored-text.ts'

export function createAudits({ handle }: Session): Audits {
  return {
    async add({ atMs, actorId, action, subject, detail, address }) {
      await handle
        .insertInto('audits')
        .values({
          id: newId(atMs),
          at: new Date(atMs),
          actor_id: actorId ?? null,
          action,
          subject,
          detail: storedJson(detail),
          address: address ?? null,
        })
        .execute()
    },
    async list({ actorId, action, subject }, { limit, before }) {
      let query = handle.selectFrom('audits').selectAll()
      if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
      if (action !== undefined) query = query.where('action', '=', action)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      if (before !== undefined) {
        query = query.where(eb =>
          eb(
            eb.refTuple('at', 'id'),
            '<',
            eb
              .selectFrom('audits as last')
              .select(['last.at', 'last.id'])
              .where('last.id', '=', before)
              .$asTuple('at', 'id'),
          ),
        )
      }
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toAudit)
    },
  }
}

const detailShape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

function toAudit(row: Omit<AuditTable, 'detail'> & { readonly detail: unknown }): Audit {
  return {
    id: row.id,
    atMs: row.at.getTime(),
    action: row.action,
    subject: row.subject,
    detail: detailShape.parse(row.detail),
    ...(row.actor_id === null ? {} : { actorId: row.actor_id }),
    ...(row.address === null ? {} : { address: row.address }),
  }
}
