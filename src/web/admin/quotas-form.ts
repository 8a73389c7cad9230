import type { Context } from 'hono'
import { html } from 'hono/html'
import type { NewQuotaRule } from '../../core/quota-change.ts'
import { quotaPeriods, quotaScopes, quotaUnits } from '../../core/quota.ts'
import type { WebEnv } from '../context.ts'
import { field, nothingTyped, select, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { adminPath } from './admin.ts'
import type { Naming } from './quotas-pages.ts'
import type { RuleFields } from './quotas-rule.ts'

export interface QuotaForm {
  /** The key of the rule that is changed; empty for a new one. */
  readonly key: string
  readonly typed: Typed
  readonly naming: Naming
  readonly agents: readonly { readonly id: string; readonly name: string }[]
}

const knownRoles = ['slack:admin', 'slack:owner', 'slack:guest', 'external']

/** The form of one limit, new or as it is. */
export function quotaForm(c: Context<WebEnv>, { key, typed, naming, agents }: QuotaForm): Html {
  const words = c.get('words')
  const { quotas } = words
  const options = <Value extends string>(values: readonly Value[], texts: Readonly<Record<Value, string>>) =>
    values.map(value => ({ value, text: texts[value] }))
  return html`<section class="card" id="limit" aria-labelledby="limit-title"><h2 id="limit-title">${key === '' ? quotas.addTitle : quotas.changeTitle}</h2>
<form class="form" method="post" action="${adminPath(c, 'quotas')}" data-hints>
<input type="hidden" name="act" value="save"><input type="hidden" name="key" value="${key}">
<div class="pair">${select(words, typed, { name: 'scope', label: quotas.scope }, options(quotaScopes, quotas.scopeOptions))}
${field(words, typed, { name: 'subject', label: quotas.subject, optional: quotas.subjectOptional, hint: quotas.subjectHint, list: 'subjects', autocomplete: 'off' })}</div>
<datalist id="subjects">${naming.channels.slice(0, 500).map(({ name }) => html`<option value="${name}"></option>`)}</datalist>
<div class="pair">${field(words, typed, { name: 'amount', label: quotas.amount, hint: quotas.amountHint, required: true, autocomplete: 'off' })}
${select(words, typed, { name: 'unit', label: quotas.unit }, options(quotaUnits, quotas.unitOptions))}
${select(words, typed, { name: 'period', label: quotas.period }, options(quotaPeriods, quotas.periodOptions))}</div>
${field(words, typed, { name: 'role', label: quotas.role, optional: quotas.roleOptional, hint: quotas.roleHint, list: 'roles', autocomplete: 'off' })}
<datalist id="roles">${knownRoles.map(role => html`<option value="${role}"></option>`)}</datalist>
<label class="check"><input type="checkbox" name="soft" value="on"${typed.values['soft'] ? html` checked` : ''} aria-describedby="soft-hint"><span>${quotas.softLabel}<br><small id="soft-hint">${quotas.softHint}</small></span></label>
${agents.length > 0 ? select(words, typed, { name: 'stepDownTo', label: quotas.stepDown, hint: quotas.stepDownHint }, [{ value: '', text: quotas.sameAgent }, ...agents.map(({ id, name }) => ({ value: id, text: name }))]) : ''}
<div class="form-actions"><button class="btn primary">${quotas.save}</button><a class="btn quiet" href="${adminPath(c, 'quotas')}">${quotas.cancel}</a></div>
</form></section>`
}

/** A rule as its form shows it. */
export function typedRule(rule: NewQuotaRule, subject: string): Typed {
  const { scope, role = '', unit, period, limit, soft, stepDownTo = '' } = rule
  const amount = unit === 'costMicros' ? String(limit / 1_000_000) : String(limit)
  const values: RuleFields = {
    scope,
    subject,
    role,
    unit,
    period,
    amount,
    soft: soft ? 'on' : '',
    stepDownTo,
  }
  return { ...nothingTyped, values }
}

/** Where a new limit begins. */
export const newRule: Typed = {
  ...nothingTyped,
  values: { scope: 'member', unit: 'requests', period: 'day' },
}
