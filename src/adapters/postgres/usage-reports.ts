import { type RawBuilder, sql } from 'kysely'
import type {
  SubjectStanding,
  UsageAspect,
  UsageFilter,
  UsageLine,
  UsageReports,
  UsageRow,
  UsageTotal,
} from '../../core/usage-report.ts'
import type { Workspace } from '../../core/workspace.ts'
import { standingsOfRules } from './quota-standings.ts'
import type { UsageTable } from './quota-tables.ts'
import type { Session } from './session.ts'

const pageSize = 1_000
const mostLines = 1_000

export function createUsageReports(session: Session): UsageReports {
  const { handle } = session
  return {
    async total(filter) {
      const { rows } = await sql<TotalRow>`select ${totals} from usages where ${within(filter)}`.execute(
        handle,
      )
      return toTotal(rows[0])
    },
    async by(aspect, filter, limit = mostLines) {
      const order = aspect === 'day' ? sql`key` : sql`sum(cost_micros) desc nulls last, sum(tokens) desc, key`
      const { rows } = await sql<TotalRow & { readonly key: string; readonly name: string | null }>`
        select key, max(name) as name, ${totals}
        from (
          select usages.*, input_tokens + output_tokens as tokens, ${keyOf(aspect, filter)} as key,
            coalesce(members.nickname, identities.name) as name
          from usages
          join identities on identities.id = identity_id
          left join members on members.id = member_id
          where ${within(filter)}
        ) as usages
        group by key order by ${order} limit ${limit}`.execute(handle)
      return rows.map(
        (row): UsageLine => ({
          key: row.key,
          name: aspect === 'person' ? (row.name ?? row.key) : row.key,
          total: toTotal(row),
        }),
      )
    },
    rows: filter => readRows(session, filter),
    standings: (workspace, nowMs, limit = mostLines): Promise<readonly SubjectStanding[]> =>
      standingsOfRules(session, { workspace, nowMs, limit }),
  }
}

interface TotalRow {
  readonly requests: number
  readonly calls: number
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly cost: number
  readonly unpriced: number
  readonly estimated: number
}

/** Sums of a `bigint` come as text otherwise. */
const totals = sql`
  coalesce(sum(requests), 0)::float8 as requests, count(*)::float8 as calls,
  coalesce(sum(input_tokens), 0)::float8 as input, coalesce(sum(cached_input_tokens), 0)::float8 as cached,
  coalesce(sum(output_tokens), 0)::float8 as output, coalesce(sum(cost_micros), 0)::float8 as cost,
  count(*) filter (where cost_micros is null)::float8 as unpriced,
  count(*) filter (where estimated)::float8 as estimated`

function toTotal(row: TotalRow | undefined): UsageTotal {
  return {
    requests: row?.requests ?? 0,
    calls: row?.calls ?? 0,
    inputTokens: row?.input ?? 0,
    cachedInputTokens: row?.cached ?? 0,
    outputTokens: row?.output ?? 0,
    costMicros: row?.cost ?? 0,
    unpricedCalls: row?.unpriced ?? 0,
    estimatedCalls: row?.estimated ?? 0,
  }
}

function within(filter: UsageFilter): RawBuilder<boolean> {
  const { workspace, fromMs, toMs, only } = filter
  const wanted = [
    sql`usages.at >= ${new Date(fromMs)} and usages.at < ${new Date(toMs)}`,
    ...(workspace ? [inWorkspace(workspace)] : []),
    ...(only
      ? [only.aspect === 'person' ? byPerson(only.key) : sql`${keyOf(only.aspect, filter)} = ${only.key}`]
      : []),
  ]
  return sql`${sql.join(wanted, sql` and `)}`
}

/** By index: the accounts of a Member, or the one account that is nobody's. */
function byPerson(id: string): RawBuilder<boolean> {
  return sql`usages.identity_id in (
    select id from identities where member_id = ${id} or (id = ${id} and member_id is null))`
}

function inWorkspace({ platform, workspaceId }: Workspace): RawBuilder<boolean> {
  return sql`usages.platform = ${platform} and usages.workspace_id = ${workspaceId}`
}

function keyOf(aspect: UsageAspect, { workspace }: UsageFilter): RawBuilder<string> {
  switch (aspect) {
    case 'day':
      return sql`to_char(usages.at at time zone
        quota_time_zone(${workspace?.platform ?? null}::text, ${workspace?.workspaceId ?? null}::text), 'YYYY-MM-DD')`
    case 'model':
      return sql`usages.model`
    case 'channel':
      // Each web Dialogue is a channel of its own: they count as one place.
      return sql`concat_ws(':', usages.platform, usages.workspace_id,
        case when usages.platform = 'web' then 'web' else usages.channel_id end)`
    case 'person':
      return sql`coalesce(identities.member_id, identities.id)`
    case 'platform':
      return sql`usages.platform`
    case 'agent':
      return sql`coalesce(usages.agent_id, '')`
    case 'workspace':
      return sql`concat_ws(':', usages.platform, usages.workspace_id)`
  }
}

type NamedUsage = UsageTable & { readonly name: string | null; readonly member_id: string | null }

/** By key, so that the last page costs what the first does, and nothing is held open meanwhile. */
async function* readRows({ handle }: Session, filter: UsageFilter): AsyncGenerator<UsageRow> {
  let after: { readonly at: Date; readonly id: string } = { at: new Date(filter.fromMs), id: '' }
  for (;;) {
    const { rows } = await sql<NamedUsage>`
      select usages.*, member_id, coalesce(members.nickname, identities.name) as name
      from usages
      join identities on identities.id = identity_id
      left join members on members.id = member_id
      where ${within(filter)} and (usages.at, call_id) > (${after.at}, ${after.id})
      order by usages.at, call_id limit ${pageSize}`.execute(handle)
    yield* rows.map(toRow)
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = { at: last.at, id: last.call_id }
  }
}

function toRow(row: NamedUsage): UsageRow {
  return {
    callId: row.call_id,
    atMs: row.at.getTime(),
    platform: row.platform,
    workspaceId: row.workspace_id,
    channelId: row.channel_id,
    identityId: row.identity_id,
    personName: row.name ?? row.identity_id,
    model: row.model,
    purpose: row.purpose,
    requests: row.requests,
    inputTokens: Number(row.input_tokens),
    cachedInputTokens: Number(row.cached_input_tokens),
    outputTokens: Number(row.output_tokens),
    estimated: row.estimated,
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
    ...(row.agent_id === null ? {} : { agentId: row.agent_id }),
    ...(row.provider === null ? {} : { provider: row.provider }),
    ...(row.cost_micros === null ? {} : { costMicros: Number(row.cost_micros) }),
  }
}
