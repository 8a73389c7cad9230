import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount, sayMoney } from '../../core/amount.ts'
import { type QuotaRule, warnedAt } from '../../core/quota.ts'
import type { Store } from '../../core/store.ts'
import type { SubjectStanding, UsageTotal } from '../../core/usage-report.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { bar } from '../views/bar.ts'
import { dayIn, dayStartMs } from '../views/day-start.ts'
import type { Html } from '../views/html.ts'
import { type QuotaPages, zoneOf } from './quotas-pages.ts'
import type { NamedRequest } from './quotas-requests.ts'

/** All that the page of limits tells. */
export interface QuotaOverview {
  /** Of what is administered alone. */
  readonly own: readonly QuotaRule[]
  /** With those of the installation, which hold in a workspace too. */
  readonly rules: readonly QuotaRule[]
  readonly standings: readonly SubjectStanding[]
  readonly requests: readonly NamedRequest[]
  /** Whom rules name: how they are called, and how one types them. */
  readonly people: ReadonlyMap<string, { readonly name: string; readonly typed: string }>
  readonly today: UsageTotal
  readonly month: UsageTotal
}

/** More lines than this nobody reads; the worst come first. */
const mostStandings = 200
const mostRequests = 20

export async function overviewOf(
  { store, nowMs }: Pick<QuotaPages, 'store' | 'nowMs'>,
  workspace: Workspace | undefined,
): Promise<QuotaOverview> {
  const atMs = nowMs()
  const zone = await zoneOf(store, workspace)
  const today = dayIn(atMs, zone)
  const since = (day: string) => ({
    ...(workspace ? { workspace } : {}),
    fromMs: dayStartMs(day, zone),
    toMs: atMs + 1,
  })
  const [own, above, standings, requests, ofToday, ofMonth] = await Promise.all([
    store.quotaRules.list(workspace),
    workspace ? store.quotaRules.list() : [],
    store.usageReports.standings(workspace, atMs, mostStandings),
    store.quotaRequests.list(workspace, mostRequests),
    store.usageReports.total(since(today)),
    store.usageReports.total(since(`${today.slice(0, 7)}-01`)),
  ])
  const open = requests.filter(({ state }) => state === 'open')
  const askers = await store.identities.get(open.map(({ askerId }) => askerId))
  return {
    own,
    rules: [...own, ...above],
    standings,
    requests: open.map(request => ({
      ...request,
      name: askers.get(request.askerId)?.name ?? request.askerId,
    })),
    people: await peopleOf(store, [...own, ...above]),
    today: ofToday,
    month: ofMonth,
  }
}

async function peopleOf(
  { members, identities }: Store,
  rules: readonly QuotaRule[],
): Promise<QuotaOverview['people']> {
  const people = new Map<string, { readonly name: string; readonly typed: string }>()
  const ids = new Set(rules.filter(({ scope }) => scope === 'member').map(({ subject }) => subject))
  ids.delete('*')
  const accounts = await identities.get([...ids])
  for (const id of ids) {
    const member = accounts.has(id) ? undefined : await members.find(id)
    const account = accounts.get(id)
    if (member) people.set(id, { name: member.nickname, typed: member.username })
    else if (account) people.set(id, { name: account.name ?? account.userId, typed: id })
  }
  return people
}

/** Spent this month, asked today, who is near the end, who wants more: at a glance. */
export function quotaTiles(c: Context<WebEnv>, { today, month, standings, requests }: QuotaOverview): Html {
  const words = c.get('words').quotas
  const language = c.get('language')
  const number = (amount: number) => sayAmount('requests', amount, language)
  const shares = standings.filter(({ limit }) => limit > 0)
  const near = shares.filter(({ used, held, limit }) => used + held >= warnedAt * limit)
  const full = near.filter(({ used, held, limit }) => used + held >= limit).length
  const held = standings.reduce(
    (most, one) => (one.rule.unit === 'tokens' ? Math.max(most, one.held) : most),
    0,
  )
  return html`<div class="tiles">
<div class="card tile"><small>${words.spent}</small>${spent(c, month, standings)}</div>
<div class="card tile"><small>${words.requestsToday}</small><b>${number(today.requests)}</b><small>${words.heldTokens(sayAmount('tokens', held, language))}</small></div>
<div class="card tile${full > 0 ? ' bad' : near.length > 0 ? ' warn' : ''}"><small>${words.nearLimit}</small><b class="figure">${number(near.length)}</b><small>${full === 0 ? words.nobodyOut : words.full(full)}</small></div>
<div class="card tile"><small>${words.asked}</small><b>${number(requests.length)}</b><small>${words.askedWaiting}</small></div>
</div>`
}

function spent(c: Context<WebEnv>, month: UsageTotal, standings: readonly SubjectStanding[]) {
  const words = c.get('words').quotas
  const language = c.get('language')
  const money = standings.find(
    ({ rule }) => rule.scope === 'workspace' && rule.unit === 'costMicros' && rule.period === 'month',
  )
  const limit = money ? words.spentOf(sayMoney(money.limit, language)) : words.noMoneyLimit
  const unpriced =
    month.unpricedCalls === 0
      ? ''
      : html` <small class="unknown">${words.unpriced(sayAmount('requests', month.unpricedCalls, language))}</small>`
  const figure =
    month.calls > 0 && month.calls === month.unpricedCalls
      ? c.get('words').usage.unknown
      : sayMoney(month.costMicros, language)
  return html`<b>${figure}</b>${money ? bar(money.used, money.held, money.limit) : ''}<small>${limit}</small>${unpriced}`
}
