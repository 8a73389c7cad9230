import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount } from '../../core/amount.ts'
import { type UsageAspect, type UsageLine, type UsageTotal, usageAspects } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import { barList, columnChart } from '../views/chart.ts'
import type { Html } from '../views/html.ts'
import { pager } from '../views/pager.ts'
import { dataTable } from '../views/table.ts'
import { costFigure, costText, tokensText } from '../views/usage-amounts.ts'
import { adminPath } from './admin.ts'
import type { Naming } from './quotas-pages.ts'
import { daysOf, usageMeasures, usagePath, type UsageQuery, type UsageSort } from './usage-query.ts'
import { dayText, lineName, measured, measureText } from './usage-words.ts'

export interface UsageShown {
  readonly query: UsageQuery
  readonly total: UsageTotal
  readonly days: readonly UsageLine[]
  /** The first of each aspect. */
  readonly tops: readonly { readonly aspect: UsageAspect; readonly lines: readonly UsageLine[] }[]
  /** By the aspect that is asked for, all of it. */
  readonly lines: readonly UsageLine[]
  readonly naming: Naming
  readonly agents: ReadonlyMap<string, string>
  readonly today: string
}

/** Which days, and by what. */
export function usageFilters(c: Context<WebEnv>, { query, naming, agents }: UsageShown): Html {
  const words = c.get('words').usage
  const { from, to, measure, by, only } = query
  const workspace = c.req.query('workspace')
  const hidden = (name: string, value: string | undefined) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`
  const option = (value: string, text: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`
  return html`<form class="filters" method="get" action="/admin/usage">${hidden('workspace', workspace)}${hidden('only', only && `${only.aspect}:${only.key}`)}
<label>${words.from}<input type="date" name="from" value="${from}" max="${to}"></label>
<label>${words.to}<input type="date" name="to" value="${to}"></label>
<label>${words.measure}<select name="measure">${usageMeasures.map(one => option(one, words.measures[one], measure))}</select></label>
<label>${words.by}<select name="by">${aspectsOf(c).map(one => option(one, words.aspects[one], by))}</select></label>
<button class="btn">${words.apply}</button>
</form>${only ? html`<p class="chips"><span class="chip">${words.showing(onlyName(c, only, naming, agents))}</span><a class="chip" href="${usagePath(c, query, { only: undefined })}">${words.showAll}</a></p>` : ''}`
}

/** Within one workspace there is nothing to compare workspaces with. */
function aspectsOf(c: Context<WebEnv>): readonly UsageAspect[] {
  return usageAspects.filter(aspect => aspect !== 'workspace' || c.get('workspace') === undefined)
}

function onlyName(
  c: Context<WebEnv>,
  { aspect, key, name = key }: NonNullable<UsageQuery['only']> & { readonly name?: string },
  naming: Naming,
  agents: ReadonlyMap<string, string>,
): string {
  return lineName(c, aspect, { key, name }, naming, agents)
}

export function usageTiles(c: Context<WebEnv>, total: UsageTotal): Html {
  const { figure, note } = costFigure(c, total)
  const words = c.get('words').usage
  const number = (amount: number) => sayAmount('requests', amount, c.get('language'))
  const { requests, calls, inputTokens, cachedInputTokens, outputTokens, unpricedCalls, estimatedCalls } =
    total
  const cached = new Intl.NumberFormat(c.get('language'), { style: 'percent' }).format(
    inputTokens === 0 ? 0 : cachedInputTokens / inputTokens,
  )
  const unpriced =
    unpricedCalls === 0 ? '' : html`<small><a href="${adminPath(c, 'prices')}">${words.setPrices}</a></small>`
  return html`<div class="tiles">
<div class="card tile"><small>${words.requests}</small><b>${number(requests)}</b><small>${words.callsOf(number(calls))}</small></div>
<div class="card tile"><small>${words.input}</small><b>${tokensText(c, inputTokens)}</b><small>${words.cachedShare(cached)}</small></div>
<div class="card tile"><small>${words.output}</small><b>${tokensText(c, outputTokens)}</b><small>${estimatedCalls === 0 ? words.allTold : words.estimated(number(estimatedCalls))}</small></div>
<div class="card tile"><small>${words.cost}</small><b>${figure}</b>${note === '' ? '' : html`<small class="unknown">${note}</small>`}${unpriced}</div>
</div>`
}

/** One column for each day, days without usage too. */
export function usageChart(c: Context<WebEnv>, { query, days, today }: UsageShown): Html {
  const words = c.get('words').usage
  const { measure, from, to } = query
  const byDay = new Map(days.map(({ key, total }) => [key, measured(total, measure)]))
  const say = (amount: number) => measureText(c, measure, amount)
  const points = daysOf(query).map(day => {
    const value = byDay.get(day) ?? 0
    return { label: dayText(c, day), value, text: say(value), unfinished: day === today }
  })
  const most = points.reduce((best, point) => (point.value > best.value ? point : best))
  const sum = points.reduce((all, { value }) => all + value, 0)
  return html`<section class="card">${columnChart({
    title: words.byDay(words.measures[measure]),
    summary: words.daySummary(say(sum), dayText(c, from), dayText(c, to), most.text, most.label),
    points,
    say,
  })}</section>`
}

/** Who and what came first, aspect by aspect; each leads to what it is made of. */
export function usageTops(c: Context<WebEnv>, { query, tops, naming, agents }: UsageShown): Html {
  const words = c.get('words').usage
  const cards = tops.map(({ aspect, lines }) => {
    const rows = lines.map(line => ({
      name: lineName(c, aspect, line, naming, agents),
      value: measured(line.total, query.measure),
      text:
        query.measure === 'cost'
          ? costText(c, line.total)
          : measureText(c, query.measure, measured(line.total, query.measure)),
      href: usagePath(c, query, { only: `${aspect}:${line.key}` }),
    }))
    return html`<section class="card"><div class="card-head"><h2>${words.byAspect[aspect]}</h2><a href="${usagePath(c, query, { by: aspect })}#table" aria-label="${words.allBy[aspect]}">${words.all}</a></div>${barList(rows)}</section>`
  })
  return html`<div class="columns">${cards}</div>`
}

const linesOfPage = 50

/** Every line by one aspect, sorted as asked. */
export function usageTable(c: Context<WebEnv>, { query, lines, naming, agents }: UsageShown): Html {
  const words = c.get('words').usage
  const { by, sort, descending, after } = query
  const number = (amount: number) => sayAmount('requests', amount, c.get('language'))
  const shown = sorted(lines, query).slice(after, after + linesOfPage)
  const numeric = (key: UsageSort, label: string, cell: (line: UsageLine) => string | Html) => ({
    key,
    label,
    numeric: true,
    sorts: true,
    cell,
  })
  const table = dataTable<UsageLine>({
    caption: words.byAspect[by],
    columns: [
      {
        key: 'name',
        label: words.aspects[by],
        sorts: true,
        cell: line => {
          const name = lineName(c, by, line, naming, agents)
          return by === 'day'
            ? name
            : html`<a href="${usagePath(c, query, { only: `${by}:${line.key}` })}">${name}</a>`
        },
      },
      numeric('requests', words.requests, ({ total }) => number(total.requests)),
      numeric('calls', words.calls, ({ total }) => number(total.calls)),
      numeric('input', words.input, ({ total }) => tokensText(c, total.inputTokens)),
      numeric('output', words.output, ({ total }) => tokensText(c, total.outputTokens)),
      numeric('cost', words.cost, ({ total }) => costText(c, total)),
    ],
    rows: shown,
    sorting: {
      by: sort ?? '',
      descending,
      address: (key, down) =>
        `${usagePath(c, query, { sort: key, order: down ? undefined : 'up', after: undefined })}#table`,
    },
  })
  const next =
    after + linesOfPage < lines.length
      ? `${usagePath(c, query, { after: String(after + linesOfPage) })}#table`
      : undefined
  const first = after > 0 ? `${usagePath(c, query, {})}#table` : undefined
  return html`<section class="card" id="table"><div class="card-head"><h2>${words.byAspect[by]}</h2><a class="btn" href="${csvPath(c, query)}">${words.csv}</a></div>${table}${pager(c.get('words'), { first, next })}</section>`
}

function sorted(lines: readonly UsageLine[], { sort, descending }: UsageQuery): readonly UsageLine[] {
  if (sort === undefined) return lines
  const turn = descending ? -1 : 1
  if (sort === 'name') return lines.toSorted((a, b) => turn * a.name.localeCompare(b.name))
  const value = ({ total }: UsageLine) =>
    ({
      requests: total.requests,
      calls: total.calls,
      input: total.inputTokens,
      output: total.outputTokens,
      cost: total.costMicros,
    })[sort]
  return lines.toSorted((a, b) => turn * (value(a) - value(b)))
}

function csvPath(c: Context<WebEnv>, query: UsageQuery): string {
  const unsaid = { by: undefined, measure: undefined, sort: undefined, order: undefined }
  return usagePath(c, query, unsaid, '/admin/usage.csv')
}
