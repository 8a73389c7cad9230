import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { toCsv, type UsageAspect } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import { download } from '../downloads.ts'
import { adminHead } from '../views/admin-head.ts'
import { dayIn } from '../../core/day-start.ts'
import { adminOnly, adminPage } from './admin.ts'
import { agentsOf, namingOf, type QuotaPages, whereOf, zoneOf } from './quotas-pages.ts'
import { readQuery } from './usage-query.ts'
import { measured } from './usage-words.ts'
import { usageChart, usageFilters, type UsageShown, usageTable, usageTiles, usageTops } from './usage-view.ts'

const topAspects: readonly UsageAspect[] = ['model', 'person', 'channel', 'agent', 'platform']
const topLines = 5
/** Looked through for those that come first by what is asked. */
const topCandidates = 100

/** `/admin/usage`: where it went, for who manages and who audits. Numbers and names, never content. */
export function usageRoutes(deps: QuotaPages): Hono<WebEnv> {
  const only = adminOnly(deps.store.workspaceRoles)
  return new Hono<WebEnv>()
    .use('/admin/usage', only)
    .use('/admin/usage.csv', only)
    .get('/admin/usage', c => usagePage(c, deps))
    .get('/admin/usage.csv', c => usageCsv(c, deps))
}

async function usagePage(c: Context<WebEnv>, deps: QuotaPages) {
  const words = c.get('words')
  const workspace = c.get('workspace')
  const [naming, zone] = await Promise.all([namingOf(deps.store, workspace), zoneOf(deps.store, workspace)])
  const shown = await usageShown(c, deps, zone, naming)
  const body =
    shown.total.calls === 0 && shown.total.requests === 0
      ? html`<section class="card empty"><h2>${words.usage.empty}</h2><p>${words.usage.emptyAbout}</p></section>`
      : html`${usageTiles(c, shown.total)}${usageChart(c, shown)}${usageTops(c, shown)}${usageTable(c, shown)}`
  return adminPage(c, 'usage', {
    title: words.admin.sections.usage,
    body: html`${adminHead({ title: words.admin.sections.usage, about: words.usage.lead(whereOf(c, naming), zone) })}
<div class="column broad">${usageFilters(c, shown)}${body}</div>`,
  })
}

async function usageShown(
  c: Context<WebEnv>,
  { store, nowMs }: QuotaPages,
  zone: string,
  naming: UsageShown['naming'],
): Promise<UsageShown> {
  const workspace = c.get('workspace')
  const query = readQuery(c, zone, workspace, nowMs())
  const { filter, by, measure } = query
  const { usageReports } = store
  const [total, days, lines, tops, known] = await Promise.all([
    usageReports.total(filter),
    usageReports.by('day', filter),
    usageReports.by(by, filter),
    Promise.all(
      topAspects.map(async aspect => ({
        aspect,
        lines: (await usageReports.by(aspect, filter, topCandidates))
          .toSorted((a, b) => measured(b.total, measure) - measured(a.total, measure))
          .slice(0, topLines),
      })),
    ),
    agentsOf(store, workspace),
  ])
  return {
    query,
    total,
    days,
    lines,
    tops,
    naming,
    agents: new Map(known.map(({ id, name }) => [id, name])),
    today: dayIn(nowMs(), zone),
  }
}

/** Every call as a line, written while it is read. However many there are, they take no memory. */
async function usageCsv(c: Context<WebEnv>, { store, nowMs }: QuotaPages) {
  const workspace = c.get('workspace')
  const { filter, from, to } = readQuery(c, await zoneOf(store, workspace), workspace, nowMs())
  return download(c, `usage-${from}-${to}.csv`, toCsv(store.usageReports.rows(filter)))
}
