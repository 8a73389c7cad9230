import type { Context } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'

/** A moment as its reader writes it, in their time zone; UTC, and said so, while that is not known. */
export function when(c: Context<WebEnv>, atMs: number) {
  const timeZone = c.get('signedIn')?.member.settings.timeZone
  const shown = new Intl.DateTimeFormat(c.get('language'), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: timeZone ?? 'UTC',
  }).format(atMs)
  return html`<time datetime="${new Date(atMs).toISOString()}">${shown}${timeZone === undefined ? ' UTC' : ''}</time>`
}
