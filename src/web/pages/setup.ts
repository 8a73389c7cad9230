import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { toParleyError } from '../../core/errors.ts'
import type { Setup } from '../../core/setup.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { door, withNext } from '../views/door.ts'

export interface SetupPages {
  readonly setup: Setup
  readonly address: (c: Context<WebEnv>) => string | undefined
}

/** `/setup/:token`: `GET` shows what it does and spends nothing, `POST` makes who is signed in the owner. */
export function setupRoutes({ setup, address }: SetupPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/setup/:token', async c => {
    if (!(await setup.isOpen(c.req.param('token')))) return stalePage(c)
    return openPage(c)
  })
  app.post('/setup/:token', async c => {
    const token = c.req.param('token')
    const member = c.get('signedIn')?.member
    if (!member) return c.redirect(withNext('/login', `/setup/${encodeURIComponent(token)}`), 303)
    try {
      await setup.becomeOwner(token, member.id, address(c))
    } catch (thrown) {
      if (toParleyError(thrown).code !== 'token_invalid') throw thrown
      return stalePage(c)
    }
    return c.redirect(withNotice('/admin', 'becameOwner'), 303)
  })
  return app
}

function openPage(c: Context<WebEnv>) {
  const words = c.get('words').providers
  const member = c.get('signedIn')?.member
  const path = new URL(c.req.url).pathname
  const inside = member
    ? html`<p class="other">${words.setupAs(member.nickname)}</p><form class="form" method="post" action="${path}"><button class="btn primary">${words.setupBecome}</button></form>`
    : html`<p class="other">${words.setupSignIn}</p><p class="form-actions"><a class="btn primary" href="${withNext('/register', path)}">${words.setupRegister}</a><a class="btn" href="${withNext('/login', path)}">${words.setupLogIn}</a></p>`
  return page(c, { title: words.setupTitle, body: door(words.setupTitle, words.setupAbout, inside) })
}

function stalePage(c: Context<WebEnv>) {
  const words = c.get('words').providers
  return page(c, {
    title: words.setupStaleTitle,
    status: 410,
    body: door(
      words.setupStaleTitle,
      words.setupStale,
      html`<p class="form-actions"><a class="btn" href="/chats">${words.setupOn}</a></p>`,
    ),
  })
}
