import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount, sayMoney } from '../../core/amount.ts'
import type { UsageTotal } from '../../core/usage-report.ts'
import type { WebEnv } from '../context.ts'
import type { Html } from './html.ts'

export function tokensText(c: Context<WebEnv>, tokens: number): string {
  return sayAmount('tokens', tokens, c.get('language'))
}

/** What it cost as far as it is known; what is not known is said, and never shown as nothing. */
export function costText(
  c: Context<WebEnv>,
  { calls, costMicros, unpricedCalls }: UsageTotal,
): string | Html {
  const words = c.get('words').usage
  if (unpricedCalls === 0) return sayMoney(costMicros, c.get('language'))
  const count = sayAmount('requests', unpricedCalls, c.get('language'))
  if (unpricedCalls === calls) return html`<span class="unknown">${words.unknown}</span>`
  return html`${sayMoney(costMicros, c.get('language'))} <small class="unknown">${words.partly(count)}</small>`
}

/** The same in two parts, for a figure with a line under it. */
export function costFigure(
  c: Context<WebEnv>,
  total: UsageTotal,
): { readonly figure: string; readonly note: string } {
  const words = c.get('words').usage
  const { calls, costMicros, unpricedCalls } = total
  const known = sayMoney(costMicros, c.get('language'))
  if (unpricedCalls === 0) return { figure: known, note: '' }
  if (unpricedCalls === calls) return { figure: words.unknown, note: '' }
  return { figure: known, note: words.partly(sayAmount('requests', unpricedCalls, c.get('language'))) }
}
