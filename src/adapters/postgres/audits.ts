import { sql } from 'kysely'
import { z } from 'zod'
import type { Audit, AuditFilter, Audits } from '../../core/audit.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { AuditTable } from './account-tables.ts'
import { newId } from './ids.ts'
import { olderThan } from './older-than.ts'
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
    async list(filter, { limit, before }) {
      let query = handle
        .selectFrom('audits')
        .selectAll()
        .where(sql<boolean>`${matching(filter)}`)
      if (before !== undefined) query = query.where(olderThan('audits', 'at', before))
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(toAudit)
    },
    async actions() {
      // One step of the index for each action, however many audits it has.
      const { rows } = await sql<{ action: string }>`
        with recursive found (action) as (
          (select action from audits order by action limit 1)
          union all
          select (select audits.action from audits where audits.action > found.action order by action limit 1)
          from found where found.action is not null)
        select action from found where action is not null order by action collate "C"`.execute(handle)
      return rows.map(({ action }) => action)
    },
  }
}

function matching({ actorId, action, subject, fromMs, toMs, workspace }: AuditFilter) {
  const parts = [sql`true`]
  if (actorId !== undefined) parts.push(sql`actor_id = ${actorId}`)
  if (action !== undefined) parts.push(sql`action = ${action}`)
  if (subject !== undefined) parts.push(sql`subject = ${subject}`)
  if (fromMs !== undefined) parts.push(sql`at >= ${new Date(fromMs)}`)
  if (toMs !== undefined) parts.push(sql`at < ${new Date(toMs)}`)
  if (workspace !== undefined) {
    const key = workspaceKey(workspace)
    parts.push(sql`(subject = ${key} or (detail ? 'workspace' and detail ->> 'workspace' = ${key}))`)
  }
  return sql.join(parts, sql` and `)
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
