import { type Selectable, sql } from 'kysely'
import { dayIn, dayStartMs, monthStartMs } from '../../core/day-start.ts'
import { type QuotaPeriod, type QuotaRule, type QuotaUnit, quotaUnits } from '../../core/quota.ts'
import { parseQuotaSubject, type QuotaSubject, ruleFor } from '../../core/quota-subject.ts'
import type { SubjectStanding } from '../../core/usage-report.ts'
import { type Workspace, workspaceKey } from '../../core/workspace.ts'
import { createQuotaRules } from './quota-rules.ts'
import type { QuotaBucketTable } from './quota-tables.ts'
import type { Session } from './session.ts'

const dayMs = 24 * 60 * 60_000

interface Asked {
  readonly workspace: Workspace | undefined
  readonly nowMs: number
  readonly limit: number
}

/** Counters looked at for one page: those most used. */
const mostCounters = 5_000

type Counter = Selectable<QuotaBucketTable> & {
  readonly name: string | null
  readonly accounts: readonly string[]
  readonly granted: Readonly<Record<string, number>> | null
}

/** The time zone in which a workspace's counters count, or those of people everywhere. */
type ZoneOf = (workspace: Workspace | undefined) => string

/** How every rule stands for the subjects that it holds for, those with least left first. */
export async function standingsOfRules(session: Session, asked: Asked): Promise<readonly SubjectStanding[]> {
  const rules = await createQuotaRules(session).over(asked.workspace)
  if (rules.length === 0) return []
  const counters = (await countersIn(session, asked)).flatMap(counter => {
    const subject = parseQuotaSubject(counter.subject)
    return subject ? [{ counter, subject: { ...subject, accounts: counter.accounts } }] : []
  })
  const zoneOf = await zonesOf(
    session,
    [...counters.map(({ subject }) => subject), ...rules, asked].flatMap(({ workspace }) => workspace ?? []),
  )
  const counted = counters.flatMap(({ counter, subject }) => standingsOf(rules, counter, subject, zoneOf))
  const seen = new Set(counted.map(({ rule, subject }) => `${rule.id} ${subject}`))
  const named = (await untouched(session, rules, asked, zoneOf)).filter(
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

async function zonesOf({ handle }: Session, workspaces: readonly Workspace[]): Promise<ZoneOf> {
  const distinct = [...new Map(workspaces.map(one => [workspaceKey(one), one])).values()]
  const { rows } = await sql<{ key: string; zone: string }>`
    select platform || ':' || id as key, quota_time_zone(platform, id) as zone
    from unnest(${distinct.map(one => one.platform)}::text[], ${distinct.map(one => one.workspaceId)}::text[])
      as workspaces (platform, id)
    union all select '', quota_time_zone(null, null)`.execute(handle)
  const zones = new Map(rows.map(({ key, zone }) => [key, zone]))
  return workspace => zones.get(workspace ? workspaceKey(workspace) : '') ?? 'UTC'
}

async function countersIn({ handle }: Session, { workspace, nowMs }: Asked): Promise<readonly Counter[]> {
  const there = workspace ? workspaceKey(workspace) : undefined
  const { rows } = await sql<Counter>`
    select quota_buckets.*, granted, coalesce(members.nickname, identities.name) as name,
      array(select own.id from identities as own where own.member_id = members.id) as accounts
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

function standingsOf(
  rules: readonly QuotaRule[],
  counter: Counter,
  subject: QuotaSubject,
  zoneOf: ZoneOf,
): readonly SubjectStanding[] {
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
        timeZone: zoneOf(subject.workspace),
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

/** Rules that name somebody or something of which nothing was used yet in this period. */
async function untouched(
  session: Session,
  rules: readonly QuotaRule[],
  { workspace, nowMs }: Asked,
  zoneOf: ZoneOf,
): Promise<readonly SubjectStanding[]> {
  const named = rules.filter(({ subject, role }) => subject !== '*' && role === undefined)
  const people = await peopleIn(session, named)
  return named.flatMap(rule => {
    const person = people.get(rule.subject)
    const there = rule.scope === 'member' ? rule.workspace : (rule.workspace ?? workspace)
    const subject = subjectNamed(rule, there, person?.id)
    if (subject === undefined) return []
    const timeZone = zoneOf(there)
    return [
      {
        rule,
        subject,
        name: person?.name ?? rule.subject,
        limit: rule.limit,
        used: 0,
        held: 0,
        timeZone,
        ...periodAt(rule.period, nowMs, timeZone),
      },
    ]
  })
}

/** Those whom rules name, by the id that these have: whose counter it is, and what they are called. */
async function peopleIn({ handle }: Session, rules: readonly QuotaRule[]) {
  const ids = rules.flatMap(({ scope, subject }) => (scope === 'member' ? [subject] : []))
  if (ids.length === 0) return new Map<string, { readonly id: string; readonly name: string | null }>()
  const { rows } = await sql<{ named: string; id: string; name: string | null }>`
    select named, coalesce(members.id, named) as id, coalesce(members.nickname, identities.name) as name
    from unnest(${ids}::text[]) as rules (named)
    left join identities on identities.id = named
    left join members on members.id = coalesce(identities.member_id, named)`.execute(handle)
  return new Map(rows.map(({ named, ...person }) => [named, person]))
}

function periodAt(period: QuotaPeriod, atMs: number, timeZone: string) {
  const today = dayIn(atMs, timeZone)
  if (period === 'day') return { bucket: today, resetsAtMs: dayStartMs(today, timeZone, 1) }
  // So long after the beginning of a month it is the next one.
  const nextMs = monthStartMs(monthStartMs(atMs, timeZone) + 32 * dayMs, timeZone)
  return { bucket: today.slice(0, 7), resetsAtMs: nextMs }
}

function subjectNamed(
  { scope, subject, workspace }: QuotaRule,
  there: Workspace | undefined,
  person: string | undefined,
): string | undefined {
  if (scope === 'member')
    return `person:${person ?? subject}${workspace ? `@${workspaceKey(workspace)}` : ''}`
  if (!there) return undefined
  const id = subject.slice(subject.lastIndexOf(':') + 1)
  return scope === 'workspace' ? `workspace:${there.platform}:${id}` : `channel:${workspaceKey(there)}:${id}`
}
