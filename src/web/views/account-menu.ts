import type { Context } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { avatar } from './avatar.ts'

/** Who is signed in and where they may go; to everyone else, the way in. Opens without JavaScript. */
export function accountMenu(c: Context<WebEnv>) {
  const words = c.get('words').frame
  const signedIn = c.get('signedIn')
  if (!signedIn) {
    const elsewhere = !['/login', '/register'].includes(c.req.path)
    return elsewhere ? html`<a class="btn" href="/login">${words.logIn}</a>` : ''
  }
  const { id, nickname, username, avatarTag, role, inWorkspaces } = signedIn.member
  return html`<nav aria-label="${words.account}"><details class="menu account" data-menu>
<summary>${avatar({ id, name: nickname, avatarTag })}<span class="account-name">${nickname}</span><span class="unseen">${words.account}</span></summary>
<div class="menu-sheet">
<p class="meta">${username}</p>
<a href="/profile">${words.profile}</a>
<a href="/settings">${words.settings}</a>
<a href="/usage">${words.usage}</a>
<a href="/public">${words.published}</a>
${role !== 'member' || inWorkspaces ? html`<a href="/admin">${words.administration}</a>` : ''}
${c.get('site')?.sandbox ? html`<a href="/sandbox">${words.sandbox}</a>` : ''}
<form method="post" action="/logout"><button>${words.logOut}</button></form>
</div>
</details></nav>`
}
