import type { Context } from 'hono'
import { html } from 'hono/html'
import type { NoticeDetail } from '../../core/notice.ts'
import type { Words } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import type { Html } from './html.ts'
import { type Notice, noticeBar } from './notice.ts'

/** Every notice of a page: the address to confirm, what happened meanwhile, what `?notice=` names, the page's own. */
export async function noticesFor(c: Context<WebEnv>, own: Notice | undefined): Promise<Html> {
  const words = c.get('words').frame
  const stored = (await c.get('takeNotices')?.()) ?? []
  const told = stored.flatMap(({ kind, detail }): Notice[] => {
    const known = find<string | ((detail: NoticeDetail) => string)>(words.told, kind)
    const text = typeof known === 'function' ? known(detail) : known
    return text === undefined ? [] : [{ kind: kind === 'session_stolen' ? 'warn' : 'good', text }]
  })
  const asked = find(words.notices, c.req.query('notice') ?? '')
  // The sentence of a redirect may have been stored too, for who was not there.
  const flash: Notice[] =
    asked === undefined || told.some(({ text }) => text === asked) ? [] : [{ kind: 'good', text: asked }]
  const all = [...unconfirmed(c, words), ...told, ...flash, ...(own ? [own] : [])]
  return html`<div id="notices" class="notices">${all.map(noticeBar)}</div>`
}

function find<Value>(named: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined
}

function unconfirmed(c: Context<WebEnv>, words: Words['frame']): Notice[] {
  const member = c.get('signedIn')?.member
  if (!member || member.emailConfirmed || member.email === undefined) return []
  const action = html`<form method="post" action="/email-verify"><button class="btn">${words.sendAgain}</button></form>`
  return [{ kind: 'warn', text: words.confirmAddress(member.email), action }]
}
