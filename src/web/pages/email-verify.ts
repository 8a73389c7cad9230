import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Accounts, MailTokenState } from '../../core/account.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { localPath } from '../local-path.ts'
import { door } from '../views/door.ts'
import { field, nothingTyped } from '../views/field.ts'
import type { AccountPages } from './account-pages.ts'
import { readForm, refusedForm, type Refused } from './form.ts'

const purposes = ['confirm', 'change'] as const

/**
 * The mailed link shows a page with a button; only the button spends it, so that what looks at links before people do
 * (mail scanners, previews) spends nothing. `POST /email-verify` mails a new one.
 */
export function emailVerifyRoutes({ accounts, cookies }: AccountPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/email-verify', c => againPage(c, c.get('words').accounts.verifyAgainAbout))
  app.post('/email-verify', async c => {
    const member = c.get('signedIn')?.member
    const typed = await readForm(c, ['email'])
    const email = member?.email ?? typed.email
    try {
      await accounts.resendConfirmation(email, c.get('language'), cookies.device(c))
    } catch (thrown) {
      return againPage(c, c.get('words').accounts.verifyAgainAbout, refusedForm(c, thrown, typed))
    }
    return c.redirect(
      member ? withNotice(cameFrom(c) ?? '/chats', 'confirmSent') : withNotice('/login', 'confirmSentIfAny'),
      303,
    )
  })
  app.get('/email-verify/:token', async c => {
    const token = c.req.param('token')
    return buttonPage(c, token, await accounts.peekMailToken(token, purposes))
  })
  app.post('/email-verify/:token', async c => {
    const token = c.req.param('token')
    const state = await accounts.peekMailToken(token, purposes)
    try {
      await accounts.confirm(token)
    } catch (thrown) {
      if (thrown instanceof ParleyError && thrown.code === 'token_invalid')
        return gonePage(c, accounts, token)
      return againPage(c, c.get('words').accounts.verifyAgainAbout, refusedForm(c, thrown, {}))
    }
    const isChange = state.state === 'good' && state.purpose === 'change'
    const way = c.get('signedIn') ? '/chats' : '/login'
    return c.redirect(withNotice(way, isChange ? 'emailChanged' : 'emailConfirmed'), 303)
  })
  return app
}

function buttonPage(c: Context<WebEnv>, token: string, state: MailTokenState) {
  const words = c.get('words').accounts
  if (state.state !== 'good') return stalePage(c, state)
  const about =
    state.purpose === 'change' ? words.verifyChangeAbout(state.email) : words.verifyAbout(state.email)
  return page(c, {
    title: words.verifyTitle,
    body: door(
      words.verifyTitle,
      about,
      html`<form class="form" method="post" action="/email-verify/${token}"><button class="btn primary">${words.verify}</button></form>`,
    ),
  })
}

async function gonePage(c: Context<WebEnv>, accounts: Accounts, token: string) {
  const state = await accounts.peekMailToken(token, purposes)
  return stalePage(c, state.state === 'good' ? { state: 'spent' } : state)
}

function stalePage(c: Context<WebEnv>, { state }: Exclude<MailTokenState, { state: 'good' }>) {
  const words = c.get('words').accounts
  const said = { spent: words.verifySpent, old: words.verifyOld, unknown: words.verifyUnknown }[state]
  return againPage(c, said, {
    typed: nothingTyped,
    status: state === 'unknown' ? 404 : 410,
    notice: { kind: 'warn', text: said },
  })
}

/** Offers a new link: to who is signed in at the address we know, to others at the one they type. */
function againPage(c: Context<WebEnv>, about: string, refused?: Refused) {
  const words = c.get('words')
  const member = c.get('signedIn')?.member
  const needsNone = member?.emailConfirmed === true
  const way = needsNone
    ? html`<p class="other"><a class="btn" href="/chats">${words.frame.chats}</a></p>`
    : html`<form class="form" method="post" action="/email-verify" data-hints>
${member?.email === undefined ? field(words, refused?.typed ?? nothingTyped, { name: 'email', label: words.accounts.email, type: 'email', autocomplete: 'email', required: true }) : ''}
<button class="btn primary">${words.accounts.sendLink}</button></form>
${member ? '' : html`<p class="other"><a href="/login">${words.accounts.backToLogin}</a></p>`}`
  return page(c, {
    title: words.accounts.verifyAgainTitle,
    body: door(
      needsNone ? words.accounts.verifyTitle : words.accounts.verifyAgainTitle,
      needsNone ? words.frame.notices.emailConfirmed : about,
      way,
    ),
    scripts: ['hints.js'],
    refused,
  })
}

/** The page of ours whose banner was used. */
function cameFrom(c: Context<WebEnv>): string | undefined {
  const referrer = c.req.header('Referer') ?? ''
  if (!URL.canParse(referrer)) return undefined
  const { pathname, host } = new URL(referrer)
  const isHere = host === c.req.header('Host') && !pathname.startsWith('/email-verify')
  return isHere ? localPath(pathname) : undefined
}
