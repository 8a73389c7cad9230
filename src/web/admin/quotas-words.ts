import type { Context } from 'hono'
import { html } from 'hono/html'
import { sayAmount } from '../../core/amount.ts'
import type { QuotaDraft } from '../../core/edit-quotas.ts'
import type { QuotaStanding, QuotaUnit } from '../../core/quota.ts'
import type { WebEnv } from '../context.ts'
import type { Naming } from './quotas-pages.ts'

/** "50 requests a day". */
export function limitText(
  c: Context<WebEnv>,
  { rule: { unit, period }, limit }: Pick<QuotaStanding, 'limit'> & { readonly rule: Pick<QuotaDraft, 'unit' | 'period'> },
): string {
  return c.get('words').quotas.says(amountText(c, unit, limit), unit, period)
}

export function amountText(c: Context<WebEnv>, unit: QuotaUnit, amount: number): string {
  return sayAmount(unit, amount, c.get('language'))
}

/** Whom a rule is for: a name, or everybody of a kind. */
export function ruleSubject(
  c: Context<WebEnv>,
  { scope, subject, role }: Pick<QuotaDraft, 'scope' | 'subject' | 'role'>,
  naming: Naming,
  people: ReadonlyMap<string, string>,
): string {
  const words = c.get('words').quotas
  const who = subject === '*' ? words.everyOf[scope] : nameOf(scope, subject, naming, people)
  return role === undefined ? who : words.withRole(who, role)
}

function nameOf(
  scope: QuotaDraft['scope'],
  subject: string,
  naming: Naming,
  people: ReadonlyMap<string, string>,
): string {
  if (scope === 'member') return people.get(subject) ?? subject
  return scope === 'channel' ? naming.channel(subject) : naming.workspace(subject)
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
