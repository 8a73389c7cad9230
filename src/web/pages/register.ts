import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { maxPasswordLength, minPasswordLength } from '../../core/password.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { localPath } from '../local-path.ts'
import { door, nextField, otherDoors, withNext } from '../views/door.ts'
import { field, nothingTyped } from '../views/field.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'

const fields = ['email', 'username', 'password', 'passwordAgain', 'next'] as const

export function registerRoutes({ accounts, cookies }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/register', async c => {
    const next = localPath(c.req.query('next'))
    return c.get('signedIn') ? c.redirect(next ?? '/chats') : registerPage(c, next)
  })
  app.post('/register', async c => {
    const { email, username, password, passwordAgain, next: asked } = await readForm(c, fields)
    const next = localPath(asked)
    try {
      const device = cookies.device(c)
      const member = await accounts.register(
        {
          email,
          password,
          passwordAgain,
          language: c.get('language'),
          ...(username.trim() === '' ? {} : { username }),
        },
        device,
      )
      cookies.give(c, await accounts.startSession(member.id, 'password', device))
    } catch (thrown) {
      return registerPage(c, next, refusedForm(c, thrown, { email, username }))
    }
    return c.redirect(next ?? withNotice('/chats', 'welcome'), 303)
  })
  return app
}

function registerPage(c: Context<WebEnv>, next: string | undefined, refused?: Refused) {
  const words = c.get('words')
  const { accounts } = words
  const typed = refused?.typed ?? nothingTyped
  const lengths = { minlength: minPasswordLength, max: maxPasswordLength }
  const form = html`<form class="form" method="post" action="/register" data-hints>
${nextField(next)}
${field(words, typed, { name: 'email', label: accounts.email, type: 'email', autocomplete: 'email', required: true, autofocus: !refused })}
${field(words, typed, { name: 'username', label: accounts.username, optional: accounts.optional, hint: accounts.usernameHint, autocomplete: 'nickname', max: 25 })}
${field(words, typed, { name: 'password', label: accounts.password, hint: accounts.passwordHint(minPasswordLength), type: 'password', autocomplete: 'new-password', required: true, ...lengths })}
${field(words, typed, { name: 'passwordAgain', label: accounts.passwordAgain, type: 'password', autocomplete: 'new-password', required: true, same: 'password' })}
<button class="btn primary">${accounts.register}</button>
</form>
${otherDoors(words, c.get('site'), next)}
<p class="other">${accounts.haveAccount} <a href="${withNext('/login', next)}">${accounts.goLogin}</a></p>`
  return page(c, {
    title: accounts.registerTitle,
    body: door(accounts.registerTitle, accounts.registerAbout, form),
    scripts: ['hints.js'],
    refused,
  })
}
