import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { SignIn } from '../core/sign-in-with.ts'
import type { WebEnv } from './context.ts'
import { page, withNotice } from './frame.ts'
import type { SessionCookies } from './session-cookies.ts'
import { readForm } from './pages/form.ts'
import { memberOnly, signedInOf } from './pages/member-only.ts'
import { door } from './views/door.ts'
import type { Html } from './views/html.ts'

export interface LoginsDependencies {
  readonly signIn: SignIn
  readonly cookies: Pick<SessionCookies, 'device'>
}

/** `POST /profile/logins/remove`: takes a way in away, but not the last one. */
export function loginRoutesOf({ signIn, cookies }: LoginsDependencies): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.post('/profile/logins/remove', memberOnly, async c => {
    const login = await readForm(c, ['provider', 'issuer', 'subject'])
    const outcome = await signIn.forget(signedInOf(c).member.id, login, cookies.device(c))
    if (outcome !== 'last_way_in') return c.redirect(withNotice('/profile', 'loginRemoved'), 303)
    const words = c.get('words').signIn
    const back = html`<div class="form"><div class="form-actions"><a class="btn primary" href="/profile">${words.backToProfile}</a></div></div>`
    return page(c, {
      title: words.waysTitle,
      status: 409,
      body: door(words.waysTitle, words.lastWayIn, back),
    })
  })
  return app
}

const platforms = ['slack', 'discord']

/** The card of the profile with every way in, and what can be linked; nothing where no service is set up. */
export function loginsCard({ signIn }: LoginsDependencies) {
  return async (c: Context<WebEnv>): Promise<Html> => {
    const { member } = signedInOf(c)
    const logins = await signIn.list(member.id)
    // Accounts that people chat with are linked from the card of linked accounts.
    const elsewhere = signIn.providers.filter(({ id }) => !platforms.some(platform => platform === id))
    if (logins.length === 0 && elsewhere.length === 0) return html``
    const words = c.get('words').signIn
    const nameOf = (id: string) => signIn.providers.find(provider => provider.id === id)?.name ?? id
    const rows = logins.map(
      ({ provider, issuer, subject, label }) => html`<li><div><strong>${nameOf(provider)}</strong>
<p class="meta">${label}</p></div>
<form method="post" action="/profile/logins/remove"><input type="hidden" name="provider" value="${provider}"><input type="hidden" name="issuer" value="${issuer}"><input type="hidden" name="subject" value="${subject}"><button class="btn" aria-label="${words.removeNamed(nameOf(provider), label)}">${words.remove}</button></form></li>`,
    )
    const links = elsewhere.map(
      ({ id, name }) =>
        html`<a class="btn" href="/auth/${id}/start?link=1">${logins.some(({ provider }) => provider === id) ? words.linkAnother(name) : words.link(name)}</a>`,
    )
    return html`<section class="card" aria-labelledby="ways-in"><h2 id="ways-in">${words.waysTitle}</h2>
<p class="about">${words.waysAbout}</p>
${rows.length === 0 ? html`<p class="meta">${words.waysNone}</p>` : html`<ul class="plain rows">${rows}</ul>`}
${links.length === 0 ? '' : html`<div class="form-actions">${links}</div>`}</section>`
  }
}
