import { html } from 'hono/html'
import type { Html } from './html.ts'
import { icon } from './icon.ts'

export interface Notice {
  readonly kind: 'good' | 'bad' | 'warn' | 'note'
  readonly text: string | Html
  /** What to do about it. */
  readonly action?: Html
}

/** One calm line about what happened. What went wrong is announced at once, the rest when there is time. */
export function noticeBar({ kind, text, action }: Notice) {
  return html`<div class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${icon(kind)}<p>${text}</p>${action ?? ''}</div>`
}
