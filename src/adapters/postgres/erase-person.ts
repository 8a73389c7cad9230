import { sql } from 'kysely'
import { z } from 'zod'
import type { ErasureCounts, ErasureStep } from '../../core/erasure.ts'
import { eraseJobKind } from '../../core/erasure.ts'
import type { JobPayload, Lease } from '../../core/job.ts'
import { tellKeysOver } from './api-keys.ts'
import { nothingErased, removeDialogue } from './erase-dialogue.ts'
import { forgetAccount } from './erase-account.ts'
import { forgetMentions } from './erase-mentions.ts'
import { eraseSaid } from './erase-said.ts'
import { type Erased, parseErased } from './erased.ts'
import { addCounts, auditErasure, findErasure } from './erasure-row.ts'
import { newId } from './ids.ts'
import { createJobs } from './jobs.ts'
import { holdJob, type Session } from './session.ts'
import { endSessions } from './sessions.ts'
import { storedJson } from './stored-text.ts'

export async function beginErasing(session: Session, memberId: string, atMs: number): Promise<string> {
  const { handle } = session
  const member = await handle
    .selectFrom('members')
    .select(['id', 'email'])
    .where('id', '=', memberId)
    .forUpdate()
    .executeTakeFirst()
  const lane = `${eraseJobKind}:${memberId}`
  const begun = await handle.selectFrom('jobs').select('payload').where('lane', '=', lane).executeTakeFirst()
  const already = z.object({ erasureId: z.string() }).safeParse(begun?.payload)
  if (already.success) return already.data.erasureId
  if (!member) return newId(atMs)
  const id = newId(atMs)
  const at = new Date(atMs)
  // Without the password nobody is told that a deleted account is suspended.
  await handle
    .updateTable('members')
    .set({ suspended_at: at, password_hash: null })
    .where('id', '=', memberId)
    .execute()
  await endSessions(session, { memberId, reason: 'deleted', atMs })
  await tellKeysOver(session, memberId)
  const identities = await handle
    .selectFrom('identities')
    .select(['id', 'platform', 'realm', 'user_id as userId'])
    .where('member_id', '=', memberId)
    .execute()
  await handle
    .insertInto('erasures')
    .values({ id, scope: 'member', counts: storedJson(nothingErased), requested_at: at })
    .execute()
  const erased: Erased = {
    memberId,
    ...(member.email === null ? {} : { email: member.email }),
    identityIds: identities.map(identity => identity.id),
    people: identities.map(({ platform, realm, userId }) => ({ platform, realm, userId })),
  }
  await createJobs(session).enqueue({
    kind: eraseJobKind,
    lane,
    payload: { erasureId: id, erased: JSON.stringify(erased) },
  })
  return id
}

/** The first of these that finds something to do is the step; each leaves nothing for itself to find. */
const steps = [loseNames, eraseOwnDialogue, eraseInOthers, forgetMentions, forgetDecisions] as const

export async function erasePersonStep(
  session: Session,
  payload: JobPayload,
  lease: Lease,
  atMs: number,
): Promise<ErasureStep> {
  await holdJob(session, lease)
  const id = String(payload['erasureId'])
  const erasure = await findErasure(session.handle, id)
  if (!erasure || erasure.endedAtMs !== undefined) return { done: true }
  const erased = parseErased(payload['erased'])
  for (const step of steps) {
    const counts = await step(session, erased, atMs)
    if (!counts) continue
    await session.handle
      .updateTable('erasures')
      .set({ counts: storedJson(addCounts(erasure.counts, counts)) })
      .where('id', '=', id)
      .execute()
    return { done: false }
  }
  await forgetAccount(session, erased, lease.jobId)
  await session.handle
    .updateTable('erasures')
    .set({ ended_at: new Date(atMs) })
    .where('id', '=', id)
    .execute()
  await auditErasure(session.handle, { id, scope: 'member', counts: erasure.counts }, atMs)
  return { done: true }
}

/**
 * From then on the person is a stranger to Parley: what they say meanwhile is a new account's. Waits for whoever is
 * adding a message of theirs, because that holds the row.
 */
async function loseNames({ handle }: Session, { identityIds }: Erased): Promise<ErasureCounts | undefined> {
  if (identityIds.length === 0) return undefined
  const rows = await handle
    .updateTable('identities')
    .set({ user_id: sql`'erased:' || id`, name: null, member_id: null, linked_at: null })
    .where('id', 'in', identityIds)
    .where(sql<boolean>`user_id <> 'erased:' || id`)
    .returning('id')
    .execute()
  return rows.length === 0 ? undefined : { ...nothingErased, identities: rows.length }
}

/** Their web Dialogues and direct messages. */
async function eraseOwnDialogue(
  session: Session,
  { identityIds }: Erased,
  atMs: number,
): Promise<ErasureCounts | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from dialogues where owner_id = any(${identityIds}::text[])
    union all
    select dialogues.id from messages join dialogues on dialogues.id = messages.dialogue_id
      where messages.author_id = any(${identityIds}::text[]) and dialogues.direct and dialogues.owner_id is null
    limit 1`.execute(session.handle)
  return rows[0] && removeDialogue(session, rows[0].id, atMs)
}

async function eraseInOthers(
  session: Session,
  { identityIds }: Erased,
  atMs: number,
): Promise<ErasureCounts | undefined> {
  const { rows } = await sql<{ id: string }>`
    (select dialogue_id as id from messages
      where author_id = any(${identityIds}::text[]) and redacted_at is null limit 1)
    union all
    (select turns.dialogue_id as id from turns join messages on messages.id = turns.answer_id
      where turns.asker_id = any(${identityIds}::text[]) and messages.redacted_at is null limit 1)
    limit 1`.execute(session.handle)
  return rows[0] && eraseSaid(session, rows[0].id, identityIds, atMs)
}

/** The inbox still knows what it had; not from whom. */
async function forgetDecisions({ handle }: Session, { people }: Erased): Promise<ErasureCounts | undefined> {
  let decisions = 0
  for (const { platform, realm, userId } of people) {
    const { numAffectedRows } = await sql`
      update decisions set
        realm = null, user_id = null,
        key = case when position(user_id in key) > 0 then 'erased:' || id else key end
      where id in (
        select id from decisions
        where platform = ${platform} and realm = ${realm} and user_id = ${userId} limit 2000)`.execute(handle)
    decisions += Number(numAffectedRows ?? 0)
  }
  return decisions === 0 ? undefined : { ...nothingErased, decisions }
}
