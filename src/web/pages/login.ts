import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { localPath } from '../local-path.ts'
import { door, nextField, otherDoors, withNext } from '../views/door.ts'
import { field, nothingTyped } from '../views/field.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'

export function loginRoutes({ accounts, cookies, demoIsOn }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/login', async c => {
    const next = localPath(c.req.query('next'))
    return c.get('signedIn') ? c.redirect(next ?? '/chats') : loginPage(c, next, await demoIsOn?.())
  })
  app.post('/login', async c => {
    const { email, password, next: asked } = await readForm(c, ['email', 'password', 'next'])
    const next = localPath(asked)
    try {
      cookies.give(c, await accounts.login({ email, password }, cookies.device(c)))
    } catch (thrown) {
      return loginPage(c, next, await demoIsOn?.(), refusedForm(c, thrown, { email }))
    }
    return c.redirect(next ?? '/chats', 303)
  })
  return app
}

function loginPage(
  c: Context<WebEnv>,
  next: string | undefined,
  hasDemo: boolean | undefined,
  refused?: Refused,
) {
  const words = c.get('words')
  const { accounts } = words
  const typed = refused?.typed ?? nothingTyped
  const form = html`<form class="form" method="post" action="/login" data-hints>
${nextField(next)}
${field(words, typed, { name: 'email', label: accounts.email, type: 'email', autocomplete: 'username', required: true, autofocus: !refused })}
${field(words, typed, { name: 'password', label: accounts.password, type: 'password', autocomplete: 'current-password', required: true, autofocus: refused !== undefined })}
<button class="btn primary">${accounts.logIn}</button>
<a class="aside" href="/forget-password">${accounts.forgot}</a>
</form>
${otherDoors(words, c.get('site'), next)}
<p class="other">${accounts.noAccount} <a href="${withNext('/register', next)}">${accounts.goRegister}</a></p>
${hasDemo ? html`<p class="other"><a href="/demo">${words.demo.door}</a></p>` : ''}`
  return page(c, {
    title: accounts.loginTitle,
    body: door(accounts.loginTitle, accounts.loginAbout, form),
    scripts: ['hints.js'],
    refused,
  })
}
