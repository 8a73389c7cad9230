import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { door } from '../views/door.ts'
import { field, nothingTyped } from '../views/field.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'

export function forgetPasswordRoutes({ accounts, cookies }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/forget-password', c => forgetPage(c))
  app.post('/forget-password', async c => {
    const { email } = await readForm(c, ['email'])
    try {
      await accounts.forgotPassword(email, c.get('language'), cookies.device(c))
    } catch (thrown) {
      return forgetPage(c, refusedForm(c, thrown, { email }))
    }
    return c.redirect(withNotice('/login', 'resetSent'), 303)
  })
  return app
}

function forgetPage(c: Context<WebEnv>, refused?: Refused) {
  const words = c.get('words')
  const { accounts } = words
  const email = c.get('signedIn')?.member.email
  const typed = refused?.typed ?? { ...nothingTyped, values: { email } }
  const form = html`<form class="form" method="post" action="/forget-password" data-hints>
${field(words, typed, { name: 'email', label: accounts.email, type: 'email', autocomplete: 'email', required: true, autofocus: true })}
<button class="btn primary">${accounts.sendReset}</button>
</form>
<p class="other"><a href="/login">${accounts.backToLogin}</a></p>`
  return page(c, {
    title: accounts.forgotTitle,
    body: door(accounts.forgotTitle, accounts.forgotAbout, form),
    scripts: ['hints.js'],
    refused,
  })
}
