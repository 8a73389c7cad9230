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
  const more = Object.entries(others).map(
    ([name, value]) => html`<div>${words.audit.detailName(name)}: ${say(value)}</div>`,
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
