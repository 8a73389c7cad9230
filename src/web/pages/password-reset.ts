import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { ParleyError } from '../../core/errors.ts'
import { maxPasswordLength, minPasswordLength } from '../../core/password.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { door } from '../views/door.ts'
import { field, nothingTyped } from '../views/field.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'

export function passwordResetRoutes({ accounts, cookies }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const shown = async (c: Context<WebEnv>, token: string, refused?: Refused) => {
    const state = await accounts.peekMailToken(token, ['reset'])
    return state.state === 'good'
      ? resetPage(c, token, state.email, refused)
      : gonePage(c, state.state === 'unknown' ? 404 : 410)
  }
  app.get('/password-reset/:token', c => shown(c, c.req.param('token')))
  app.post('/password-reset/:token', async c => {
    const token = c.req.param('token')
    const { password, passwordAgain } = await readForm(c, ['password', 'passwordAgain'])
    try {
      await accounts.resetPassword(token, { password, passwordAgain })
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'token_invalid') return gonePage(c, 410)
      return shown(c, token, refusedForm(c, thrown, {}))
    }
    cookies.take(c)
    return c.redirect(withNotice('/login', 'passwordReset'), 303)
  })
  return app
}

function resetPage(c: Context<WebEnv>, token: string, email: string, refused?: Refused) {
  const words = c.get('words')
  const { accounts } = words
  const typed = refused?.typed ?? nothingTyped
  const lengths = { minlength: minPasswordLength, max: maxPasswordLength }
  // The hidden address tells password managers whose password this is.
  const form = html`<form class="form" method="post" action="/password-reset/${token}" data-hints>
<input type="text" name="username" value="${email}" autocomplete="username" hidden readonly>
${field(words, typed, { name: 'password', label: accounts.newPassword, hint: accounts.passwordHint(minPasswordLength), type: 'password', autocomplete: 'new-password', required: true, autofocus: true, ...lengths })}
${field(words, typed, { name: 'passwordAgain', label: accounts.newPasswordAgain, type: 'password', autocomplete: 'new-password', required: true, same: 'password' })}
<button class="btn primary">${accounts.reset}</button>
</form>`
  return page(c, {
    title: accounts.resetTitle,
    body: door(accounts.resetTitle, accounts.resetAbout(email), form),
    scripts: ['hints.js'],
    refused,
  })
}

function gonePage(c: Context<WebEnv>, status: 404 | 410) {
  const words = c.get('words').accounts
  return page(c, {
    title: words.forgotTitle,
    status,
    body: door(
      words.forgotTitle,
      words.resetGone,
      html`<p class="other"><a class="btn primary" href="/forget-password">${words.resetAgain}</a></p>`,
    ),
  })
}
