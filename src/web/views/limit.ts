import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount } from '../../core/amount.ts'
import type { QuotaRule, QuotaStanding, QuotaUnit } from '../../core/quota.ts'
import type { WebEnv } from '../context.ts'

/** "50 requests a day". */
export function limitText(
  c: Context<WebEnv>,
  {
    rule: { unit, period },
    limit,
  }: Pick<QuotaStanding, 'limit'> & { readonly rule: Pick<QuotaRule, 'unit' | 'period'> },
): string {
  return c.get('words').quotas.says(amountText(c, unit, limit), unit, period)
}

export function amountText(c: Context<WebEnv>, unit: QuotaUnit, amount: number): string {
  return sayAmount(unit, amount, c.get('language'))
}

/** What is left, in words; what went beyond a limit that only warns, too. */
export function leftText(c: Context<WebEnv>, { rule, limit, used, held }: QuotaStanding): string {
  const words = c.get('words').quotas
  const left = limit - used - held
  if (left > 0) return amountText(c, rule.unit, left)
  return left === 0 ? words.noneLeft : words.over(amountText(c, rule.unit, -left))
}

const hourMs = 3_600_000

/** When a limit starts anew: in so many hours, or on which day. */
export function resetsText(c: Context<WebEnv>, { resetsAtMs, timeZone }: QuotaStanding, nowMs: number) {
  const language = c.get('language')
  const hours = (resetsAtMs - nowMs) / hourMs
  const relative = new Intl.RelativeTimeFormat(language, { style: 'narrow' })
  const said =
    hours < 1
      ? relative.format(Math.max(1, Math.ceil(hours * 60)), 'minute')
      : hours < 36
        ? relative.format(Math.round(hours), 'hour')
        : new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone }).format(resetsAtMs)
  return html`<time datetime="${new Date(resetsAtMs).toISOString()}">${said}</time>`
}
