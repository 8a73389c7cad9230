import type { Selectable } from 'kysely'
import {
  type NewSession,
  type Rotation,
  refreshGraceMs,
  type SessionEnd,
  type Sessions,
  type Session as SignedInSession,
} from '../../core/session.ts'
import type { SessionTable } from './account-tables.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { notify } from './signals.ts'
import { storedText } from './stored-text.ts'

/** A browser names itself in a few hundred characters; the rest is not kept. */
const maxUserAgent = 300

export function createSessions(session: Session): Sessions {
  const { handle } = session
  return {
    start: created => session.atomically(inner => start(inner, created)),
    async find(id, atMs) {
      const row = await handle
        .selectFrom('sessions')
        .innerJoin('members', 'members.id', 'sessions.member_id')
        .selectAll('sessions')
        .where('sessions.id', '=', id)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', new Date(atMs))
        .where('suspended_at', 'is', null)
        .executeTakeFirst()
      return row && toSession(row)
    },
    async list(memberId, atMs) {
      const rows = await handle
        .selectFrom('sessions')
        .selectAll()
        .where('member_id', '=', memberId)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', new Date(atMs))
        .orderBy('used_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map(toSession)
    },
    rotate: change => session.atomically(inner => rotate(inner, change)),
    async ofRefreshToken(hash) {
      const row = await handle
        .selectFrom('refresh_tokens')
        .innerJoin('sessions', 'sessions.id', 'session_id')
        .select(['sessions.id', 'member_id'])
        .where('hash', '=', hash)
        .executeTakeFirst()
      return row && { sessionId: row.id, memberId: row.member_id }
    },
    end: async (id, memberId, reason, atMs) =>
      (await endSessions(session, { memberId, reason, atMs, onlyId: id })) === 1,
    endAll: (memberId, reason, atMs, exceptId) =>
      endSessions(session, { memberId, reason, atMs, ...(exceptId === undefined ? {} : { exceptId }) }),
    async tidy(beforeMs) {
      const before = new Date(beforeMs)
      await handle
        .deleteFrom('sessions')
        .where(eb => eb.or([eb('expires_at', '<', before), eb('ended_at', '<', before)]))
        .execute()
    },
  }
}

async function start({ handle }: Session, created: NewSession): Promise<SignedInSession> {
  const at = new Date(created.atMs)
  const row = await handle
    .insertInto('sessions')
    .values({
      id: newId(created.atMs),
      member_id: created.memberId,
      method: created.method,
      user_agent: keptAgent(created.userAgent),
      address: created.address ?? null,
      created_at: at,
      used_at: at,
      expires_at: new Date(created.expiresAtMs),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await handle
    .insertInto('refresh_tokens')
    .values({ hash: created.refreshHash, session_id: row.id, generation: row.generation, issued_at: at })
    .execute()
  return toSession(row)
}

type Change = Parameters<Sessions['rotate']>[0]

async function rotate(inner: Session, change: Change): Promise<Rotation> {
  const { handle } = inner
  const at = new Date(change.atMs)
  const token = await handle
    .selectFrom('refresh_tokens')
    .select('session_id')
    .where('hash', '=', change.hash)
    .executeTakeFirst()
  if (!token) return { state: 'over' }
  // The session is the lock: what is read of its tokens afterwards is what the last one to renew it left.
  const session = await handle
    .selectFrom('sessions')
    .innerJoin('members', 'members.id', 'member_id')
    .selectAll('sessions')
    .where('sessions.id', '=', token.session_id)
    .where('suspended_at', 'is', null)
    .forUpdate('sessions')
    .executeTakeFirst()
  if (!session || session.ended_at !== null || session.expires_at <= at) return { state: 'over' }
  const held = await handle
    .selectFrom('refresh_tokens')
    .selectAll()
    .where('hash', '=', change.hash)
    .executeTakeFirstOrThrow()
  const isNewest = held.generation === session.generation
  if (!isNewest && !isSecondTab(held, session.generation, change.atMs)) {
    await endSessions(inner, {
      memberId: session.member_id,
      reason: 'stolen',
      atMs: change.atMs,
      onlyId: session.id,
    })
    return { state: 'stolen', session: toSession(session) }
  }
  if (isNewest) await replaceGeneration(inner, session.id, session.generation, at)
  const generation = isNewest ? session.generation + 1 : session.generation
  await handle
    .insertInto('refresh_tokens')
    .values({ hash: change.nextHash, session_id: session.id, generation, issued_at: at })
    .execute()
  return { state: 'rotated', session: toSession(await touch(inner, session, generation, change)) }
}

/** The token before the present ones, within its grace. Older ones are nobody's second tab. */
function isSecondTab(
  held: { readonly generation: number; readonly replaced_at: Date | null },
  generation: number,
  atMs: number,
): boolean {
  const replacedAtMs = held.replaced_at?.getTime() ?? 0
  return held.generation === generation - 1 && atMs <= replacedAtMs + refreshGraceMs
}

/** Every token of the generation is replaced, those of other tabs too: a browser keeps only the last it was given. */
async function replaceGeneration(
  { handle }: Session,
  id: string,
  generation: number,
  at: Date,
): Promise<void> {
  await handle
    .updateTable('refresh_tokens')
    .set({ replaced_at: at })
    .where('session_id', '=', id)
    .where('generation', '=', generation)
    .execute()
}

async function touch(
  { handle }: Session,
  session: Selectable<SessionTable>,
  generation: number,
  change: Change,
) {
  return handle
    .updateTable('sessions')
    .set({
      generation,
      used_at: new Date(change.atMs),
      user_agent: keptAgent(change.userAgent) ?? session.user_agent,
      address: change.address ?? session.address,
    })
    .where('id', '=', session.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Ends them and tells every process, in one transaction. */
export function endSessions(
  session: Session,
  which: {
    readonly memberId: string
    readonly reason: SessionEnd
    readonly atMs: number
    readonly onlyId?: string
    readonly exceptId?: string
  },
): Promise<number> {
  return session.atomically(async ({ handle }) => {
    let query = handle
      .updateTable('sessions')
      .set({ ended_at: new Date(which.atMs), end_reason: which.reason })
      .where('member_id', '=', which.memberId)
      .where('ended_at', 'is', null)
    if (which.onlyId !== undefined) query = query.where('id', '=', which.onlyId)
    if (which.exceptId !== undefined) query = query.where('id', '!=', which.exceptId)
    const ended = await query.returning('id').execute()
    for (const { id } of ended) await notify({ type: 'session', sessionId: id }).execute(handle)
    return ended.length
  })
}

function keptAgent(userAgent: string | undefined): string | null {
  return userAgent === undefined ? null : storedText(userAgent).slice(0, maxUserAgent)
}

function toSession(row: Selectable<SessionTable>): SignedInSession {
  return {
    id: row.id,
    memberId: row.member_id,
    method: row.method,
    createdAtMs: row.created_at.getTime(),
    usedAtMs: row.used_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
    ...(row.address === null ? {} : { address: row.address }),
  }
}
