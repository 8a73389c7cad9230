import { html } from 'hono/html'
import type { Html } from './html.ts'

/** The head of a page of those who manage: what it is, in one line what it says, and what can be done at once. */
export function adminHead(shown: {
  readonly title: string
  readonly about?: string | Html
  readonly actions?: Html
}): Html {
  return html`<header class="top"><div><h1>${shown.title}</h1>${shown.about === undefined ? '' : html`<span class="meta">${shown.about}</span>`}</div><span class="spacer"></span>${shown.actions === undefined ? '' : html`<div class="row">${shown.actions}</div>`}</header>`
}
