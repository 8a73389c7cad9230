import { sql } from 'kysely'
import {
  claimMs,
  type Claim,
  type IdempotentReplies,
  keepReplyMs,
  mostReplies,
} from '../../core/idempotency.ts'
import type { OnceRequest } from '../../core/idempotency.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'

export function createIdempotentReplies({ handle }: Session): IdempotentReplies {
  const held = (request: OnceRequest) =>
    ({ member_id: request.memberId, hash: request.hash }) satisfies Record<string, string>
  return {
    async claim(request) {
      // A row that is seen running may be gone before it is read: then it is free again.
      for (;;) {
        const claim = (await take(handle, request)) ?? (await look(handle, request))
        if (claim) return claim
      }
    },
    async keep(request, token, { status, reply }) {
      await handle
        .updateTable('idempotent_replies')
        .set({
          state: 'done',
          status,
          reply: reply === undefined ? null : storedText(reply),
          until: new Date(request.atMs + keepReplyMs),
        })
        .where(eb => eb.and({ ...held(request), token }))
        .execute()
    },
    async release(request, token) {
      await handle
        .deleteFrom('idempotent_replies')
        .where(eb => eb.and({ ...held(request), token, state: 'running' }))
        .execute()
    },
    async tidy(beforeMs) {
      await handle.deleteFrom('idempotent_replies').where('until', '<', new Date(beforeMs)).execute()
    },
  }
}

/** One statement, so that of any number at once one gets it; what ran out is as good as absent. */
async function take(handle: Handle, request: OnceRequest): Promise<Claim | undefined> {
  const { memberId, hash, requestHash, atMs } = request
  const at = new Date(atMs)
  const token = newId(atMs)
  const row = await handle
    .insertInto('idempotent_replies')
    .columns(['member_id', 'hash', 'request_hash', 'token', 'state', 'until'])
    .expression(
      sql`
        select ${memberId}, ${hash}, ${requestHash}, ${token}, 'running', ${new Date(atMs + claimMs)}::timestamptz
        where (
          select count(*) from (
            select from idempotent_replies where member_id = ${memberId} and until > ${at} limit ${mostReplies}
          ) as kept) < ${mostReplies}`,
    )
    .onConflict(conflict =>
      conflict
        .columns(['member_id', 'hash'])
        .doUpdateSet(eb => ({
          request_hash: eb.ref('excluded.request_hash'),
          token: eb.ref('excluded.token'),
          state: 'running',
          status: null,
          reply: null,
          until: eb.ref('excluded.until'),
        }))
        .where('idempotent_replies.until', '<=', at),
    )
    .returning('token')
    .executeTakeFirst()
  return row && { state: 'claimed', token: row.token }
}

async function look(handle: Handle, request: OnceRequest): Promise<Claim | undefined> {
  const { memberId, hash, requestHash, atMs } = request
  const row = await handle
    .selectFrom('idempotent_replies')
    .select(['request_hash', 'state', 'status', 'reply'])
    .where('member_id', '=', memberId)
    .where('hash', '=', hash)
    .where('until', '>', new Date(atMs))
    .executeTakeFirst()
  if (!row) return (await isFull(handle, request)) ? { state: 'full' } : undefined
  if (row.request_hash !== requestHash) return { state: 'other' }
  if (row.state === 'running' || row.status === null) return { state: 'running' }
  return { state: 'done', status: row.status, ...(row.reply === null ? {} : { reply: row.reply }) }
}

async function isFull(handle: Handle, { memberId, atMs }: OnceRequest): Promise<boolean> {
  const { count } = await handle
    .selectFrom('idempotent_replies')
    .select(eb => eb.fn.countAll<string>().as('count'))
    .where('member_id', '=', memberId)
    .where('until', '>', new Date(atMs))
    .executeTakeFirstOrThrow()
  return Number(count) >= mostReplies
}

/** What a reply told of is erased: the request stays known, and its reply is gone. */
export async function forgetReplies(handle: Handle, trace: string): Promise<void> {
  await sql`update idempotent_replies set reply = null where position(${trace} in reply) > 0`.execute(handle)
}
