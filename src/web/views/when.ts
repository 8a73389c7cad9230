import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Language } from '../../core/member.ts'
import type { WebEnv } from '../context.ts'
import { formatter } from '../../core/formatter.ts'

/** Day and time of day. */
export function momentText(language: Language, timeZone: string, atMs: number): string {
  return formatter(language, timeZone, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs)
}

/** A moment as its reader writes it, in their time zone; UTC, and said so, while that is not known. */
export function when(c: Context<WebEnv>, atMs: number) {
  const timeZone = c.get('signedIn')?.member.settings.timeZone
  const shown = momentText(c.get('language'), timeZone ?? 'UTC', atMs)
  return html`<time datetime="${new Date(atMs).toISOString()}">${shown}${timeZone === undefined ? ' UTC' : ''}</time>`
}
