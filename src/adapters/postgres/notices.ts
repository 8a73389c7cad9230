import { z } from 'zod'
import type { Notices } from '../../core/notice.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { storedJson } from './stored-text.ts'

const detailShape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export function createNotices({ handle }: Session): Notices {
  return {
    async add(memberId, { kind, detail, atMs }) {
      await handle
        .insertInto('notices')
        .values({
          id: newId(atMs),
          member_id: memberId,
          kind,
          detail: storedJson(detail ?? {}),
          created_at: new Date(atMs),
        })
        .execute()
    },
    async unseen(memberId) {
      const rows = await handle
        .selectFrom('notices')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('seen_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .limit(50)
        .execute()
      return rows.map(({ id, kind, detail, created_at }) => ({
        id,
        kind,
        detail: detailShape.parse(detail),
        createdAtMs: created_at.getTime(),
      }))
    },
    async see(memberId, ids, atMs) {
      if (ids.length === 0) return
      await handle
        .updateTable('notices')
        .set({ seen_at: new Date(atMs) })
        .where('member_id', '=', memberId)
        .where('id', 'in', ids)
        .where('seen_at', 'is', null)
        .execute()
    },
  }
}
