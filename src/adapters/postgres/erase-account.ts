import { sql } from 'kysely'
import { mailJobKind } from '../../core/mail.ts'
import { forgetReplies } from './idempotent-replies.ts'
import type { Erased } from './erased.ts'
import type { Session } from './session.ts'

/** The Member and everything that hangs on them or names them, but the job that does it. */
export async function forgetAccount(
  { handle }: Session,
  { memberId, email, identityIds }: Erased,
  jobId: string,
): Promise<void> {
  await handle.deleteFrom('members').where('id', '=', memberId).execute()
  if (identityIds.length > 0) {
    await handle.deleteFrom('link_codes').where('identity_id', 'in', identityIds).execute()
    await handle.deleteFrom('audience_places').where('identity_id', 'in', identityIds).execute()
    await handle.deleteFrom('audience_checks').where('identity_id', 'in', identityIds).execute()
    await handle.deleteFrom('quota_requests').where('asker_id', 'in', identityIds).execute()
  }
  // What was used stays on record, of an account that leads to nobody any more.
  for (const table of ['quota_buckets', 'quota_grants', 'quota_warnings'] as const)
    await sql`delete from ${sql.table(table)} where subject = ${`person:${memberId}`}
      or starts_with(subject, ${`person:${memberId}@`})`.execute(handle)
  // The mail that says so is still to be sent; its job goes with it.
  const farewell = sql`kind = ${mailJobKind} and payload->>'kind' is not distinct from 'account_deleted'`
  // Jobs, notices of others, limits and audits lead to a person by an id or an address in their text.
  const traces = [memberId, ...identityIds, ...(email === undefined ? [] : [email.toLowerCase()])]
  for (const trace of traces) {
    await sql`
      delete from jobs where id <> ${jobId} and not (${farewell}) and (
        position(${trace} in lower(payload::text)) > 0 or position(${trace} in lower(lane)) > 0)`.execute(
      handle,
    )
    await forgetReplies(handle, trace)
    await sql`delete from notices where position(${trace} in lower(detail::text)) > 0`.execute(handle)
    await sql`delete from rate_limits where position(${trace} in lower(key)) > 0`.execute(handle)
    await sql`
      update audits set
        actor_id = case when actor_id = ${trace} then null else actor_id end,
        subject = case when position(${trace} in lower(subject)) > 0 then 'erased' else subject end,
        detail = '{}', address = null
      where actor_id = ${trace} or position(${trace} in lower(subject)) > 0
        or position(${trace} in lower(detail::text)) > 0`.execute(handle)
  }
}
