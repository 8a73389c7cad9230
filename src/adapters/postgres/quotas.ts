import { sql } from 'kysely'
import { z } from 'zod'
import { leaseLost } from '../../core/errors.ts'
import type { QuotaClaim, Quotas, QuotaStanding, Reservation, Reserved } from '../../core/quota.ts'
import type { SpentCall } from '../../core/usage.ts'
import { toQuotaRule } from './quota-rules.ts'
import { heldJob, type Session } from './session.ts'

export function createQuotas({ handle }: Session): Quotas {
  const settle = async ({ id }: Reservation, calls: readonly SpentCall[]) => {
    await sql`select quota_settle(${id}, ${JSON.stringify(calls.map(toRow))}::jsonb)`.execute(handle)
  }
  return {
    async reserve(claim) {
      const reserve = sql<{ reserved: unknown }>`
        select quota_reserve(${JSON.stringify(toJson(claim))}::jsonb) as reserved`
      const statement = claim.under
        ? sql<{ reserved: unknown }>`with held as (${heldJob(handle, claim.under)}) ${reserve} from held`
        : reserve
      const { rows } = await statement.execute(handle)
      if (!rows[0]) throw leaseLost()
      return toReserved(claim, rows[0].reserved)
    },
    settle,
    release: reservation => settle(reservation, []),
    async standing(path) {
      const { askerId, thread, roles = [] } = path
      const { rows } = await sql<{ standing: unknown }>`
        select to_jsonb(standing) as standing from quota_standings(${askerId}, ${thread.platform},
          ${thread.workspaceId}, ${thread.channelId}, ${[...roles]}::text[], ${atOf(path)}::timestamptz) as standing
      `.execute(handle)
      return rows.map(({ standing }) => toStanding(standing))
    },
    async abandoned(beforeMs, limit) {
      const { rows } = await sql<Reservation>`
        select id from reservations
        where state = 'open' and at < ${new Date(beforeMs)} and not exists (
          select from turns
          where turns.id = reservations.id and turns.state in ('accepted', 'running', 'delivering'))
        order by at limit ${limit}`.execute(handle)
      return rows.map(({ id }) => ({ id }))
    },
    async grant({ subject, unit, bucket, amount }) {
      await handle
        .insertInto('quota_grants')
        .values({ subject, unit, bucket, amount })
        .onConflict(conflict =>
          conflict
            .columns(['subject', 'unit', 'bucket'])
            .doUpdateSet({ amount: sql`quota_grants.amount + excluded.amount` }),
        )
        .execute()
    },
    async tidy(beforeMs) {
      const before = new Date(beforeMs)
      await handle.deleteFrom('quota_buckets').where('ends_at', '<', before).execute()
      await handle.deleteFrom('quota_grants').where('granted_at', '<', before).execute()
      await handle.deleteFrom('quota_warnings').where('warned_at', '<', before).execute()
      await handle
        .deleteFrom('reservations')
        .where('state', '!=', 'open')
        .where('ended_at', '<', before)
        .execute()
    },
  }
}

/** Before an account is tied or untied: nobody reserves or settles for it until the transaction ends. */
export async function holdPerson({ handle }: Session, identityId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('quota:' || ${identityId}::text, 0))`.execute(
    handle,
  )
}

/** After it: what the account used and holds now counts for this person. */
export async function movePerson(
  { handle }: Session,
  move: { readonly identityId: string; readonly from: string; readonly to: string; readonly atMs: number },
): Promise<void> {
  await sql`select quota_move(${move.identityId}, ${move.from}, ${move.to}, ${atOf(move)}::timestamptz)`.execute(
    handle,
  )
}

function atOf({ atMs }: { readonly atMs: number }): string {
  return new Date(atMs).toISOString()
}

/** A claim as `quota_reserve` takes it. */
export function toJson({ reservationId, askerId, thread, roles = [], agentId, model, ...claim }: QuotaClaim) {
  return {
    id: reservationId,
    asker: askerId,
    platform: thread.platform,
    workspace: thread.workspaceId,
    channel: thread.channelId,
    roles,
    agent: agentId ?? null,
    model,
    requests: claim.requests ?? 1,
    input: claim.estimate.inputTokens,
    output: claim.estimate.outputTokens,
    at: atOf(claim),
  } satisfies Record<string, string | number | null | readonly string[]>
}

/** A call as `quota_settle` takes it. */
export function toRow({
  callId,
  purpose,
  model,
  provider,
  agentId,
  usage,
  estimated = false,
  ...call
}: SpentCall) {
  return {
    callId,
    purpose,
    model,
    provider: provider ?? null,
    agent: agentId ?? null,
    at: atOf(call),
    input: usage.inputTokens,
    cached: usage.cachedInputTokens,
    output: usage.outputTokens,
    cost: usage.costMicros ?? null,
    estimated,
  }
}

const reservedShape = z.discriminatedUnion('granted', [
  z.object({
    granted: z.literal(true),
    warnings: z.array(z.unknown()),
    news: z.array(z.unknown()),
    stepDownTo: z.string().nullable(),
  }),
  z.object({
    granted: z.literal(false),
    refusedBy: z.unknown(),
    reason: z.enum(['spent', 'price_unknown']),
  }),
])

/** What `quota_reserve` said to it. */
export function toReserved({ reservationId }: QuotaClaim, row: unknown): Reserved {
  const reserved = reservedShape.parse(row)
  if (!reserved.granted)
    return { granted: false, refusedBy: toStanding(reserved.refusedBy), reason: reserved.reason }
  return {
    granted: true,
    reservation: { id: reservationId },
    warnings: reserved.warnings.map(toStanding),
    news: reserved.news.map(toStanding),
    ...(reserved.stepDownTo === null ? {} : { stepDownTo: reserved.stepDownTo }),
  }
}

const standingShape = z.object({
  rule: z.unknown(),
  subject: z.string(),
  bucket: z.string(),
  most: z.number(),
  used: z.number(),
  held: z.number(),
  ends_at: z.string(),
  zone: z.string(),
})

function toStanding(row: unknown): QuotaStanding {
  const { rule, subject, bucket, most, used, held, ends_at, zone } = standingShape.parse(row)
  return {
    rule: toQuotaRule(rule),
    subject,
    bucket,
    limit: most,
    used,
    held,
    resetsAtMs: Date.parse(ends_at),
    timeZone: zone,
  }
}
