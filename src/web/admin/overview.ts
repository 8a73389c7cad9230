import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { sayAmount, sayMoney } from '../../core/amount.ts'
import { type Overview, overviewTurns, type Period, type QueueState } from '../../core/overview.ts'
import type { WebEnv } from '../context.ts'
import type { Readiness } from '../health.ts'
import { adminHead } from '../views/admin-head.ts'
import { barList } from '../views/chart.ts'
import { formatter } from '../../core/formatter.ts'
import { noticeBar } from '../views/notice.ts'
import { when } from '../views/when.ts'
import { adminOnly, adminPage, adminPath, authorityIn, within } from './admin.ts'
import type { AdminPages } from './admin-pages.ts'
import { seesSection, workspaceName } from './sections.ts'

/** What those who manage look at first. */
export function overviewRoutes(deps: AdminPages): Hono<WebEnv> {
  return new Hono<WebEnv>().get('/admin', adminOnly(deps.store.workspaceRoles), async c => {
    const words = c.get('words')
    const workspace = c.get('workspace')
    const timeZone = c.get('signedIn')?.member.settings.timeZone ?? 'UTC'
    const nowMs = deps.nowMs()
    const asked = { timeZone, nowMs, ...(workspace === undefined ? {} : { workspace }) }
    const [seen, running] = await Promise.all([
      deps.store.overviews.look(asked),
      // What the machine does is the installation's.
      workspace === undefined ? stateOf(deps, nowMs) : undefined,
    ])
    const where =
      workspace === undefined ? words.admin.everything : workspaceName(words, workspace, c.get('workspaces'))
    const month = formatter(c.get('language'), timeZone, { month: 'long', year: 'numeric' })
    return adminPage(c, 'overview', {
      title: words.admin.sections.overview,
      body: html`${adminHead({
        title: words.admin.sections.overview,
        about: words.overview.about(`${where} · ${month.format(nowMs)}`, timeZone.replaceAll('_', ' ')),
        ...(seesSection(authorityIn(c), 'usage', workspace)
          ? { actions: html`<a class="btn" href="${adminPath(c, 'usage')}">${words.overview.usage}</a>` }
          : {}),
      })}<div class="column broad">${practiceNotice(c, deps)}${tiles(c, seen)}
<div class="columns">${outcomes(c, seen)}${channels(c, seen)}${people(c, seen)}${errors(c, seen)}${running ? runningCard(c, running) : ''}</div></div>`,
    })
  })
}

interface Running {
  readonly queue: QueueState
  readonly readiness: Readiness
}

async function stateOf({ store, readiness }: AdminPages, nowMs: number): Promise<Running> {
  const [queue, ready] = await Promise.all([store.overviews.queue(nowMs), readiness()])
  return { queue, readiness: ready }
}

function practiceNotice(c: Context<WebEnv>, { practice }: AdminPages) {
  const { overview } = c.get('words')
  const told = [
    ...(practice.model ? [overview.practiceModel] : []),
    ...(practice.platforms ? [overview.practicePlatforms] : []),
  ]
  return told.length === 0 ? '' : noticeBar({ kind: 'note', text: told.join(' ') })
}

const numberOf = (c: Context<WebEnv>) => (amount: number) => amount.toLocaleString(c.get('language'))
const asked = ({ turns }: Period) => turns.done + turns.failed + turns.stopped + turns.open

function tiles(c: Context<WebEnv>, { today, month, capped }: Overview) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  const tokens = (amount: number) => sayAmount('tokens', amount, c.get('language'))
  const tile = (name: string, figure: string, more: unknown) =>
    html`<div class="card tile"><dt>${name}</dt><dd>${figure}</dd><dd class="meta tile-more">${more}</dd></div>`
  const cost =
    month.costMicros === undefined ? overview.unknownCost : sayMoney(month.costMicros, c.get('language'))
  const priced =
    month.unpriced === 0
      ? overview.allPriced
      : html`<a href="${adminPath(c, 'prices')}">${overview.unpriced(number(month.unpriced))}</a>`
  return html`<dl class="tiles">${tile(overview.questionsToday, number(asked(today)), `${overview.monthSoFar(number(asked(month)))}${today.turns.open > 0 ? ` · ${overview.underWay(number(today.turns.open))}` : ''}`)}
${tile(overview.peopleToday, number(today.people), overview.people(number(month.people)))}
${tile(overview.tokensToday, tokens(today.inputTokens + today.outputTokens), overview.inAndOut(tokens(today.inputTokens), tokens(today.outputTokens)))}
${tile(overview.costMonth, cost, priced)}</dl>${capped ? html`<p class="meta">${overview.capped(number(overviewTurns))}</p>` : ''}`
}

function card(id: string, title: string, body: unknown) {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`
}

function outcomes(c: Context<WebEnv>, { today, month }: Overview) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  const ends = ['done', 'failed', 'stopped', 'open'] as const
  return card(
    'outcomes',
    overview.outcomes,
    html`<table class="table"><thead><tr><th scope="col">${overview.outcome}</th><th scope="col" class="n">${overview.today}</th><th scope="col" class="n">${overview.month}</th></tr></thead>
<tbody>${ends.map(end => html`<tr><th scope="row">${overview.ends[end]}</th><td class="n">${number(today.turns[end])}</td><td class="n">${number(month.turns[end])}</td></tr>`)}</tbody></table>`,
  )
}

function channels(c: Context<WebEnv>, seen: Overview) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  const rows = seen.channels.map(({ place, name, workspaceName: named, turns }) => ({
    name: html`${name ?? place.channelId} <small>${named ?? place.workspaceId}</small>`,
    value: turns,
    text: overview.questions(number(turns)),
  }))
  return card(
    'channels',
    overview.channels,
    rows.length === 0 ? html`<p class="about">${overview.noChannels}</p>` : barList(rows),
  )
}

function people(c: Context<WebEnv>, seen: Overview) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  const rows = seen.people.map(({ memberId, name, turns }) => ({
    name: name ?? overview.someone,
    value: turns,
    text: overview.questions(number(turns)),
    ...(memberId === undefined ? {} : { href: within(c, `/admin/members/${memberId}`) }),
  }))
  return card(
    'people',
    overview.topPeople,
    rows.length === 0 ? html`<p class="about">${overview.noPeople}</p>` : barList(rows),
  )
}

function errors(c: Context<WebEnv>, seen: Overview) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  return card(
    'errors',
    overview.errors,
    seen.errors.length === 0
      ? html`<p class="about">${overview.noErrors}</p>`
      : html`<ul class="plain rows">${seen.errors.map(
          ({ code, count, lastAtMs }) =>
            html`<li><div>${overview.error(code)} <small><code>${code}</code></small><p class="meta">${overview.last} ${when(c, lastAtMs)}</p></div><span class="chip bad">${overview.times(number(count))}</span></li>`,
        )}</ul>`,
  )
}

function runningCard(c: Context<WebEnv>, { queue, readiness }: Running) {
  const { overview } = c.get('words')
  const number = numberOf(c)
  const gateways = Object.entries(readiness.gateways)
  const chip = (good: boolean, text: string) =>
    html`<span class="chip ${good ? 'good' : 'warn'}">${text}</span>`
  const depth = [
    queue.waiting === 0 ? overview.queueEmpty : overview.queueWaiting(number(queue.waiting)),
    ...(queue.running === 0 ? [] : [overview.queueRunning(number(queue.running))]),
  ]
  return card(
    'running',
    overview.running,
    html`<dl class="pairs"><dt>${overview.queue}</dt><dd>${depth.join(', ')}</dd>
${queue.oldestMs === undefined ? '' : html`<dt>${overview.oldest}</dt><dd>${when(c, queue.oldestMs)}</dd>`}
<dt>${overview.database}</dt><dd>${chip(readiness.database === 'up', overview.databaseStates[readiness.database])}</dd>
${gateways.map(([name, state]) => html`<dt>${overview.gatewayNames[name] ?? name}</dt><dd>${chip(state === 'connected' || state === 'standing by', overview.gateways[state])}</dd>`)}</dl>
${gateways.length === 0 ? html`<p class="meta">${overview.noGateways}</p>` : ''}`,
  )
}
