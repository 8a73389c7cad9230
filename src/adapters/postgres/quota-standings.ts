import { type Selectable, sql } from 'kysely'
import { type QuotaRule, type QuotaUnit, quotaUnits } from '../../core/quota.ts'
import { parseQuotaSubject, ruleFor } from '../../core/quota-subject.ts'
import type { SubjectStanding } from '../../core/usage-report.ts'
import { type Workspace, workspaceKey } from '../../core/workspace.ts'
import { createQuotaRules } from './quota-rules.ts'
import type { QuotaBucketTable } from './quota-tables.ts'
import type { Session } from './session.ts'

interface Asked {
  readonly workspace: Workspace | undefined
  readonly nowMs: number
  readonly limit: number
}

/** Counters looked at for one page: those most used. */
const mostCounters = 5_000

type Counter = Selectable<QuotaBucketTable> & {
  readonly zone: string
  readonly name: string | null
  readonly granted: Readonly<Record<string, number>> | null
}

/** How every rule stands for the subjects that it holds for, those with least left first. */
export async function standingsOfRules(session: Session, asked: Asked): Promise<readonly SubjectStanding[]> {
  const rules = await createQuotaRules(session).over(asked.workspace)
  if (rules.length === 0) return []
  const counters = await countersIn(session, asked)
  const counted = counters.flatMap(counter => standingsOf(rules, counter))
  const seen = new Set(counted.map(({ rule, subject }) => `${rule.id} ${subject}`))
  const named = (await untouched(session, rules, asked)).filter(
    ({ rule, subject }) => !seen.has(`${rule.id} ${subject}`),
  )
  return [...counted, ...named].toSorted(byNeed).slice(0, asked.limit)
}

/** Who has least left comes first; then by name and rule, so that a page stays as it is. */
function byNeed(a: SubjectStanding, b: SubjectStanding): number {
  const order = `${a.name} ${a.rule.id}` < `${b.name} ${b.rule.id}` ? -1 : 1
  return share(b) - share(a) || order
}

function share({ used, held, limit }: SubjectStanding): number {
  return limit === 0 ? 1 : (used + held) / limit
}

async function countersIn({ handle }: Session, { workspace, nowMs }: Asked): Promise<readonly Counter[]> {
  const there = workspace ? workspaceKey(workspace) : undefined
  const { rows } = await sql<Counter>`
    select quota_buckets.*, granted, coalesce(members.nickname, identities.name) as name,
      quota_time_zone(${workspace?.platform ?? null}::text, ${workspace?.workspaceId ?? null}::text) as zone
    from quota_buckets
    left join lateral (
      select jsonb_object_agg(unit, amount) as granted from quota_grants
      where quota_grants.subject = quota_buckets.subject and quota_grants.bucket = quota_buckets.bucket
    ) as grants on true
    left join members on members.id = substring(subject from '^person:([^@]+)')
    left join identities on identities.id = substring(subject from '^person:([^@]+)')
    where ends_at > ${new Date(nowMs)} and ends_at <= ${new Date(nowMs)}::timestamptz + interval '32 days'
      and ${
        there === undefined
          ? sql`true`
          : sql`(subject = ${`workspace:${there}`} or starts_with(subject, ${`channel:${there}:`})
              or right(subject, ${there.length + 1}) = ${`@${there}`})`
      }
    order by tokens_used + tokens_held desc, subject limit ${mostCounters}`.execute(handle)
  return rows
}

function standingsOf(rules: readonly QuotaRule[], counter: Counter): readonly SubjectStanding[] {
  const subject = parseQuotaSubject(counter.subject)
  if (!subject) return []
  const period = counter.bucket.length === 7 ? 'month' : 'day'
  return quotaUnits.flatMap(unit => {
    const rule = ruleFor(rules, subject, unit, period)
    if (!rule) return []
    const [used, held] = countsOf(counter, unit)
    return [
      {
        rule,
        subject: counter.subject,
        name: counter.name ?? subject.id,
        bucket: counter.bucket,
        limit: rule.limit + Number(counter.granted?.[unit] ?? 0),
        used,
        held,
        resetsAtMs: counter.ends_at.getTime(),
        timeZone: counter.zone,
      },
    ]
  })
}

function countsOf(counter: Counter, unit: QuotaUnit): readonly [used: number, held: number] {
  switch (unit) {
    case 'requests':
      return [Number(counter.requests_used), Number(counter.requests_held)]
    case 'tokens':
      return [Number(counter.tokens_used), Number(counter.tokens_held)]
    case 'costMicros':
      return [Number(counter.cost_used), Number(counter.cost_held)]
  }
}

/** Rules that name somebody who used nothing yet in this period. */
async function untouched(
  { handle }: Session,
  rules: readonly QuotaRule[],
  { workspace, nowMs }: Asked,
): Promise<readonly SubjectStanding[]> {
  const standings: SubjectStanding[] = []
  for (const rule of rules) {
    const there = rule.workspace ?? workspace
    const isOurs =
      workspace === undefined ||
      rule.workspace === undefined ||
      workspaceKey(rule.workspace) === workspaceKey(workspace)
    const subject = isOurs ? subjectNamed(rule, there) : undefined
    if (subject === undefined) continue
    const { rows } = await sql<{ bucket: string; ends_at: Date; zone: string }>`
      select to_char(${new Date(nowMs)}::timestamptz at time zone zone, ${rule.period === 'day' ? 'YYYY-MM-DD' : 'YYYY-MM'}) as bucket,
        (date_trunc(${rule.period}, ${new Date(nowMs)}::timestamptz at time zone zone)
          + ('1 ' || ${rule.period}::text)::interval) at time zone zone as ends_at, zone
      from (select quota_time_zone(${there?.platform ?? null}::text, ${there?.workspaceId ?? null}::text) as zone) as zones
    `.execute(handle)
    const [now] = rows
    if (!now) continue
    standings.push({
      rule,
      subject,
      name: rule.subject,
      bucket: now.bucket,
      limit: rule.limit,
      used: 0,
      held: 0,
      resetsAtMs: now.ends_at.getTime(),
      timeZone: now.zone,
    })
  }
  return standings
}

function subjectNamed(
  { scope, subject, workspace, role }: QuotaRule,
  there: Workspace | undefined,
): string | undefined {
  if (subject === '*' || role !== undefined) return undefined
  const id = subject.slice(subject.lastIndexOf(':') + 1)
  if (scope === 'member') return `person:${id}${workspace ? `@${workspaceKey(workspace)}` : ''}`
  if (!there) return undefined
  return scope === 'workspace' ? `workspace:${there.platform}:${id}` : `channel:${workspaceKey(there)}:${id}`
}
