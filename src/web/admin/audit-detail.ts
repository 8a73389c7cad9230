import { html } from 'hono/html'
import type { Audit } from '../../core/audit.ts'
import type { Role } from '../../core/member.ts'
import type { Words } from '../../core/words.ts'
import type { Html } from '../views/html.ts'

type Value = Audit['detail'][string]

/** What was before and what came after, then whatever else is on record, as a person reads it. */
export function detailOf(words: Words, { action, detail }: Audit): Html | '' {
  const { before, after, ...others } = detail
  const say = (value: Value) => sayValue(words, action, value)
  const changed =
    before === undefined && after === undefined
      ? ''
      : html`<span class="changed"><del>${say(before ?? null)}</del> → <ins>${say(after ?? null)}</ins></span>`
  // Ids lead to other rows: they are for the CSV.
  const named = Object.entries(others).filter(([name]) => !name.endsWith('Id'))
  const more = named.map(
    ([name, value]) => html`<div>${readable(words.audit.detailName(name))}: ${say(value)}</div>`,
  )
  if (changed === '' && more.length === 0) return ''
  return html`<div class="audit-detail">${changed}${more}</div>`
}

function sayValue({ audit, members }: Words, action: string, value: Value): string {
  if (value === null || value === '') return audit.nothing
  if (typeof value === 'boolean') return value ? audit.yes : audit.no
  if (action.includes('role') && typeof value === 'string' && Object.hasOwn(members.roles, value))
    return members.roles[value as Role]
  return String(value)
}

/** A kind of change as a person says it; one without words of its own by its code, made readable. */
export function actionOf({ audit }: Words, action: string): string {
  return readable(audit.actionName(action))
}

function readable(code: string): string {
  const text = code.replaceAll('_', ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
