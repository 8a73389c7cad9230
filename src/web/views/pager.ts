import { html } from 'hono/html'
import type { Words } from '../../core/words.ts'
import type { Html } from './html.ts'

/** The way through a list that goes by key: back to its beginning, and on. Nothing when all of it is shown. */
export function pager(
  { lists }: Pick<Words, 'lists'>,
  { first, next }: { readonly first?: string | undefined; readonly next?: string | undefined },
): Html | '' {
  if (first === undefined && next === undefined) return ''
  return html`<nav class="pager" aria-label="${lists.pages}">${first === undefined ? html`<span></span>` : html`<a class="btn" href="${first}">${lists.first}</a>`}${next === undefined ? html`<span>${lists.end}</span>` : html`<a class="btn" href="${next}" rel="next">${lists.next}</a>`}</nav>`
}
