import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { sayAmount } from '../../core/amount.ts'
import { accountIn } from '../../core/identity.ts'
import { type QuotaRequest, requestMore } from '../../core/quota-request.ts'
import type { Store } from '../../core/store.ts'
import type { UsageFilter, UsageLine, UsageTotal } from '../../core/usage-report.ts'
import { parseWorkspace, type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { columnChart } from '../views/chart.ts'
import { addDays, dayIn, dayStartMs, daysOf } from '../../core/day-start.ts'
import { costFigure, dayText, tokensText } from '../views/usage-amounts.ts'
import { readForm } from './form.ts'
import { memberOnly, signedInOf } from './member-only.ts'
import { limitKey, type LimitsHere, limitsCard } from './own-limits.ts'

export interface OwnUsagePages {
  readonly store: Store
  readonly nowMs: () => number
}

const shownDays = 30
const webWorkspace: Workspace = { platform: 'web', workspaceId: 'web' }
/** Workspaces in which somebody used Parley lately; more of them nobody is in. */
const mostWorkspaces = 12

/** `/usage`: what a Member used with every linked account, their limits, and the way to ask for more. */
export function ownUsageRoutes(deps: OwnUsagePages): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .use('/usage', memberOnly)
    .get('/usage', c => usagePage(c, deps))
    .post('/usage', async c => {
      const { where, limit } = await readForm(c, ['where', 'limit'])
      const here = (await limitsOf(c, deps)).find(one => workspaceKey(one.workspace) === where)
      const standing = here?.standings.find(one => limitKey(one) === limit)
      if (!here || !standing) return c.redirect('/usage', 303)
      const { scope, unit, period, workspace } = standing.rule
      const refusal = { scope, unit, period, own: workspace !== undefined }
      const asking = { ...here.path, id: randomUUID(), refusal }
      const asked = await deps.store.atomically(stores => requestMore(stores, asking))
      return c.redirect(withNotice('/usage', asked === 'asked' ? 'quotaSent' : 'quotaSentBefore'), 303)
    })
}

async function usagePage(c: Context<WebEnv>, deps: OwnUsagePages) {
  const { quotas, usage } = c.get('words')
  const { own } = quotas
  const { store, nowMs } = deps
  const zone = (await store.settings.installation()).timeZone
  const today = dayIn(nowMs(), zone)
  const since = (day: string): UsageFilter => ({
    fromMs: dayStartMs(day, zone),
    toMs: nowMs() + 1,
    only: { aspect: 'person', key: signedInOf(c).member.id },
  })
  const [ofToday, month, days, limits] = await Promise.all([
    store.usageReports.total(since(today)),
    store.usageReports.total(since(`${today.slice(0, 7)}-01`)),
    store.usageReports.by('day', since(addDays(today, 1 - shownDays))),
    limitsOf(c, deps),
  ])
  return page(c, {
    title: own.title,
    body: html`<h1>${own.title}</h1><p class="lead">${own.about}</p>
${tiles(c, ofToday, month)}
<section class="card">${chart(c, days, today)}</section>
${limits.map(here => limitsCard(c, here, nowMs()))}
<p class="meta">${usage.timesIn(zone)}</p>`,
  })
}

function tiles(c: Context<WebEnv>, today: UsageTotal, month: UsageTotal) {
  const { figure, note } = costFigure(c, month)
  const { own } = c.get('words').quotas
  const number = (amount: number) => sayAmount('requests', amount, c.get('language'))
  return html`<div class="tiles"><div class="card tile"><small>${own.today}</small><b>${number(today.requests)}</b></div>
<div class="card tile"><small>${own.month}</small><b>${number(month.requests)}</b></div>
<div class="card tile"><small>${own.tokens}</small><b>${tokensText(c, month.inputTokens + month.outputTokens)}</b></div>
<div class="card tile"><small>${own.cost}</small><b>${figure}</b>${note === '' ? '' : html`<small class="unknown">${note}</small>`}</div></div>`
}

function chart(c: Context<WebEnv>, lines: readonly UsageLine[], today: string) {
  const { own } = c.get('words').quotas
  const say = (amount: number) => sayAmount('requests', amount, c.get('language'))
  const byDay = new Map(lines.map(({ key, total }) => [key, total.requests]))
  const points = daysOf(addDays(today, 1 - shownDays), today).map(day => {
    const value = byDay.get(day) ?? 0
    return { label: dayText(c, day), value, text: say(value), unfinished: day === today }
  })
  const total = points.reduce((sum, { value }) => sum + value, 0)
  const most = Math.max(...points.map(({ value }) => value))
  return columnChart({ title: own.days, summary: own.daysSummary(say(total), say(most)), points, say })
}

/** The web, and every workspace in which they used Parley lately. */
async function limitsOf(c: Context<WebEnv>, { store, nowMs }: OwnUsagePages): Promise<readonly LimitsHere[]> {
  const { member } = signedInOf(c)
  const atMs = nowMs()
  const [identities, used, places, asked] = await Promise.all([
    store.members.identities(member.id),
    store.usageReports.by(
      'workspace',
      { fromMs: atMs - 62 * 86_400_000, toMs: atMs + 1, only: { aspect: 'person', key: member.id } },
      mostWorkspaces,
    ),
    store.placeNames.list(undefined, 2_000),
    openRequests(store),
  ])
  const workspaces = [webWorkspace, ...used.flatMap(({ key }) => parseWorkspace(key) ?? [])]
  const once = new Map(workspaces.map(workspace => [workspaceKey(workspace), workspace]))
  const ids = new Set(identities.map(({ id }) => id))
  const limits = [...once.values()].map(async (workspace): Promise<LimitsHere[]> => {
    const person = accountIn(identities, workspace)
    if (!person) return []
    const path = { askerId: person.id, thread: { ...workspace, channelId: '' }, atMs }
    const name = places.find(place => workspaceKey(place) === workspaceKey(workspace))?.workspaceName
    return [
      {
        workspace,
        path,
        ...(name === undefined ? {} : { name }),
        standings: await store.quotas.standing(path),
        asked: asked.filter(({ askerId }) => ids.has(askerId)),
      },
    ]
  })
  return (await Promise.all(limits)).flat()
}

async function openRequests({ quotaRequests }: Store): Promise<readonly QuotaRequest[]> {
  const requests = await quotaRequests.list(undefined, 200)
  return requests.filter(({ state }) => state === 'open')
}

/** The card on the profile that leads here. */
export function ownUsageCard(c: Context<WebEnv>) {
  const { own } = c.get('words').quotas
  return html`<section class="card" aria-labelledby="own-usage"><h2 id="own-usage">${own.card}</h2><p class="about">${own.cardAbout}</p><a class="btn" href="/usage">${own.open}</a></section>`
}
