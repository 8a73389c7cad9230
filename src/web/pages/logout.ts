import { Hono } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { door } from '../views/door.ts'
import type { AccountPages } from './account-pages.ts'

export function logoutRoutes({ accounts, cookies }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/logout', async c => {
    const words = c.get('words').accounts
    const form = html`<form class="form" method="post" action="/logout"><button class="btn primary">${words.logOut}</button></form>`
    return c.get('signedIn')
      ? page(c, { title: words.logoutTitle, body: door(words.logoutTitle, words.logoutAbout, form) })
      : c.redirect('/login')
  })
  app.post('/logout', async c => {
    const sessionId = c.get('signedIn')?.sessionId
    const refreshToken = cookies.refreshToken(c)
    await accounts.logout({
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    })
    cookies.take(c)
    return c.redirect(withNotice('/login', 'loggedOut'), 303)
  })
  return app
}
