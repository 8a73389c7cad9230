import { html } from 'hono/html'
import type { Words } from '../../core/words.ts'
import type { Site } from '../context.ts'
import type { Html } from './html.ts'

/** A page with one small form and nothing else. */
export function door(title: string, about: string | Html, inside: unknown) {
  return html`<section class="door"><h1>${title}</h1><p class="about">${about}</p>${inside}</section>`
}

/** Other services to come in with; nothing where none is set up. */
export function otherDoors(words: Words, site: Site | undefined, next: string | undefined) {
  const providers = site?.providers ?? []
  if (providers.length === 0) return ''
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return html`<p class="or">${words.accounts.or}</p>
<div class="providers">${providers.map(({ id, name }) => html`<a class="btn" href="/auth/${id}/start${query}">${words.accounts.signInWith(name)}</a>`)}</div>`
}

/** Carries where to go on through a form. */
export function nextField(next: string | undefined) {
  return next === undefined ? '' : html`<input type="hidden" name="next" value="${next}">`
}

/** The same through a link. */
export function withNext(path: string, next: string | undefined): string {
  return next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`
}
