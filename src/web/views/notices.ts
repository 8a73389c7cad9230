import type { Context } from 'hono'
import { html } from 'hono/html'
import type { NoticeDetail, Notice as Stored } from '../../core/notice.ts'
import type { Words } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import type { Html } from './html.ts'
import { type Notice, noticeBar } from './notice.ts'

/** Every notice of a page: the address to confirm, what happened meanwhile, what `?notice=` names, the page's own. */
export async function noticesFor(c: Context<WebEnv>, own: Notice | undefined): Promise<Html> {
  const words = c.get('words').frame
  const stored = (await c.get('takeNotices')?.()) ?? []
  const key = c.req.query('notice') ?? ''
  const asked = find(words.notices, key)
  // What a redirect says may have been stored too, for who was not there.
  const told = stored.filter(({ kind }) => asked === undefined || camel(kind) !== key)
  const flash: Notice[] = asked === undefined ? [] : [{ kind: 'good', text: asked }]
  const all = [
    ...unconfirmed(c, words),
    ...told.flatMap(one => sentence(words, one)),
    ...flash,
    ...(own ? [own] : []),
  ]
  return html`<div id="notices" class="notices">${all.map(noticeBar)}</div>`
}

function sentence(words: Words['frame'], { kind, detail }: Stored): Notice[] {
  const known = find<string | ((detail: NoticeDetail) => string)>(words.told, kind)
  const text = typeof known === 'function' ? known(detail) : known
  if (text === undefined) return []
  if (kind !== 'session_stolen') return [{ kind: 'good', text }]
  const action = html`<a class="btn" href="/profile#password-title">${words.choosePassword}</a>`
  return [{ kind: 'warn', text, action }]
}

function camel(kind: string): string {
  return kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
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
