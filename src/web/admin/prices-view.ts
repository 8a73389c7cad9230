import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount, sayMoney } from '../../core/amount.ts'
import type { Price } from '../../core/price.ts'
import type { UsageLine } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import { field, nothingTyped, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { type Column, dataTable } from '../views/table.ts'
import { when } from '../views/when.ts'
import { adminPath } from './admin.ts'

/** Models that were used and whose price nobody said, each with a way to say it. */
export function unknownCard(c: Context<WebEnv>, lines: readonly UsageLine[], mayChange: boolean): Html | '' {
  if (lines.length === 0) return ''
  const words = c.get('words').prices
  return html`<section class="card" aria-labelledby="unknown"><h2 id="unknown">${words.unknownTitle}</h2><p class="about">${words.unknownAbout}</p>
<ul class="plain rows">${lines.map(
    ({ key, total }) =>
      html`<li><div><b>${key}</b> <span class="chip warn">${words.unknown}</span><p class="meta">${words.unknownUsed(sayAmount('requests', total.unpricedCalls, c.get('language')))}</p></div>${mayChange ? html`<a class="btn" href="${adminPath(c, 'prices', { set: key })}#price" aria-label="${words.setNamed(key)}">${words.setPrice}</a>` : ''}</li>`,
  )}</ul></section>`
}

export function priceTable(c: Context<WebEnv>, prices: readonly Price[], mayChange: boolean): Html {
  const words = c.get('words').prices
  if (prices.length === 0)
    return html`<section class="card empty"><h2>${words.empty}</h2><p>${words.emptyAbout}</p></section>`
  const acts: Column<Price> = {
    key: 'acts',
    label: words.acts,
    acts: true,
    cell: ({ model }) =>
      html`<div class="row"><a class="btn quiet" href="${adminPath(c, 'prices', { history: model })}#history" aria-label="${words.historyOf(model)}">${words.history}</a>${mayChange ? html`<a class="btn quiet" href="${adminPath(c, 'prices', { set: model })}#price" aria-label="${words.changeNamed(model)}">${words.change}</a>` : ''}</div>`,
  }
  return html`<section class="card" aria-labelledby="known"><h2 id="known">${words.known}</h2>${dataTable({ caption: words.known, columns: [...columnsOf(c), acts], rows: prices })}</section>`
}

/** What one model cost before, newest first. */
export function historyCard(c: Context<WebEnv>, model: string, history: readonly Price[]): Html | '' {
  if (history.length === 0) return ''
  const words = c.get('words').prices
  const [, ...columns] = columnsOf(c)
  const since: Column<Price> = { key: 'since', label: words.since, cell: ({ sinceMs }) => when(c, sinceMs) }
  return html`<section class="card" id="history" aria-labelledby="history-title"><h2 id="history-title">${words.pricesOf(model)}</h2>${dataTable(
    {
      caption: words.pricesOf(model),
      columns: [since, ...columns.filter(({ key }) => key !== 'since')],
      rows: history,
    },
  )}</section>`
}

function columnsOf(c: Context<WebEnv>): readonly Column<Price>[] {
  const words = c.get('words').prices
  const money = (micros: number) => sayMoney(micros, c.get('language'))
  const cached = ({ cachedInputMicros }: Price) =>
    cachedInputMicros === undefined ? html`<small>${words.asInput}</small>` : money(cachedInputMicros)
  return [
    { key: 'model', label: words.model, cell: ({ model }) => model },
    { key: 'input', label: words.input, numeric: true, cell: ({ inputMicros }) => money(inputMicros) },
    { key: 'cached', label: words.cached, numeric: true, cell: cached },
    { key: 'output', label: words.output, numeric: true, cell: ({ outputMicros }) => money(outputMicros) },
    { key: 'since', label: words.since, cell: ({ sinceMs }) => when(c, sinceMs) },
  ]
}

export function priceForm(c: Context<WebEnv>, typed: Typed): Html {
  const words = c.get('words')
  const { prices } = words
  return html`<section class="card" id="price" aria-labelledby="price-title"><h2 id="price-title">${prices.formTitle}</h2>
<form class="form" method="post" action="${adminPath(c, 'prices')}" data-hints>
${field(words, typed, { name: 'model', label: prices.model, hint: prices.modelHint, required: true, autocomplete: 'off' })}
<div class="pair">${field(words, typed, { name: 'input', label: prices.inputLabel, hint: prices.dollarsHint, required: true, autocomplete: 'off' })}
${field(words, typed, { name: 'cached', label: prices.cachedLabel, optional: prices.cachedOptional, hint: prices.dollarsHint, autocomplete: 'off' })}
${field(words, typed, { name: 'output', label: prices.outputLabel, hint: prices.dollarsHint, required: true, autocomplete: 'off' })}</div>
<div class="form-actions"><button class="btn primary">${prices.save}</button><a class="btn quiet" href="${adminPath(c, 'prices')}">${prices.cancel}</a></div>
</form></section>`
}

/** A price as its form shows it; of a model without one, its name alone. */
export function typedPrice(price: Price | undefined, model: string): Typed {
  const dollars = (micros: number | undefined) => (micros === undefined ? '' : String(micros / 1_000_000))
  const values = {
    model,
    input: dollars(price?.inputMicros),
    cached: dollars(price?.cachedInputMicros),
    output: dollars(price?.outputMicros),
  }
  return { ...nothingTyped, values }
}
