import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Identity } from '../../core/identity.ts'
import { type LinkOffer, lookAtLink, redeemLink } from '../../core/linking.ts'
import { networkOf, triesPerAccount, triesPerAddress } from '../../core/rate-limit.ts'
import type { Member } from '../../core/member.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { avatar } from '../views/avatar.ts'
import { door, withNext } from '../views/door.ts'
import type { Html } from '../views/html.ts'
import type { KeepingPages } from './keeping-pages.ts'

/**
 * The link that a command on a platform gave: `GET` shows who would be tied to whom and spends nothing, so that
 * previews spend nothing; `POST` redeems it.
 */
export function linkRoutes(deps: KeepingPages): Hono<WebEnv> {
  const { store, secrets, nowMs } = deps
  const app = new Hono<WebEnv>()
  app.get('/link/:code', async c => {
    const hash = secrets.hash(c.req.param('code'))
    const offer = await lookAtLink(store, hash, c.get('signedIn')?.member.id, nowMs())
    if (offer.state === 'unknown' && !(await mayTry(c, deps, nowMs()))) return tooManyPage(c)
    return shown(c, deps, offer)
  })
  app.post('/link/:code', async c => {
    const path = `/link/${encodeURIComponent(c.req.param('code'))}`
    const member = c.get('signedIn')?.member
    if (!member) return c.redirect(withNext('/login', path), 303)
    const triedAtMs = nowMs()
    if (!(await mayTry(c, deps, triedAtMs, member))) return tooManyPage(c)
    const hash = secrets.hash(c.req.param('code'))
    const offer = await lookAtLink(store, hash, member.id, nowMs())
    if (offer.state === 'open') {
      const proof = { memberId: member.id, identity: offer.identity, linkCodeHash: hash, next: '/profile' }
      const away = await deps.proveIdentity?.(c, proof)
      if (away) {
        // Who has a code that can be redeemed guesses none; the round trip has a limit of its own.
        await store.rateLimits.giveBack(linkTryKey(member.id), triedAtMs)
        return away
      }
    }
    const redeemed = await redeemLink(store, hash, member, nowMs())
    if (redeemed.state !== 'linked') return shown(c, deps, redeemed)
    await store.rateLimits.giveBack(linkTryKey(member.id), triedAtMs)
    return c.redirect(withNotice('/profile', 'identityLinked'), 303)
  })
  return app
}

/** Promise C6. Codes cannot be guessed; whoever tries is slowed down all the same. */
async function mayTry(
  c: Context<WebEnv>,
  { store, address }: KeepingPages,
  atMs: number,
  member?: Member,
): Promise<boolean> {
  const from = address?.(c)
  const [key, limit] = member
    ? [linkTryKey(member.id), triesPerAccount]
    : [`link-address:${networkOf(from)}`, triesPerAddress]
  if (!member && from === undefined) return true
  return (await store.rateLimits.take(key, limit, atMs)).allowed
}

/** Under which tries of link codes are counted, wherever they are made. */
export function linkTryKey(memberId: string): string {
  return `link:${memberId}`
}

async function shown(c: Context<WebEnv>, deps: KeepingPages, offer: LinkOffer) {
  const words = c.get('words').linking
  if (!('identity' in offer)) return stalePage(c, offer.state)
  const { identity } = offer
  const bare = await nameIn(deps, identity)
  if (offer.state === 'open') return offerPage(c, offer, bare)
  const name = `${bare} (${words.service(identity.platform)})`
  const [title, about] =
    offer.state === 'yours'
      ? [words.alreadyTitle, words.already(name)]
      : [words.elsewhereTitle, words.elsewhere(name)]
  return page(c, {
    title,
    status: offer.state === 'yours' ? 200 : 409,
    body: door(title, about, wayOn(c)),
  })
}

/** What an account is called: as somebody told, as its platform says, or its id there. */
export async function nameIn({ nameOf }: Pick<KeepingPages, 'nameOf'>, identity: Identity): Promise<string> {
  return identity.name ?? (await nameOf?.(identity)) ?? identity.userId
}

function offerPage(c: Context<WebEnv>, offer: Extract<LinkOffer, { state: 'open' }>, name: string) {
  const words = c.get('words').linking
  const { identity, workspaceName } = offer
  const member = c.get('signedIn')?.member
  const path = new URL(c.req.url).pathname
  const account = html`<li><div><p class="about">${words.theirs(identity.platform)}</p><p class="row">${avatar({ id: identity.id, name })}<strong>${name}</strong>${workspaceName === undefined ? '' : html` <span>${words.workspace(workspaceName)}</span>`}</p></div></li>`
  const mine = member
    ? html`<li><div><p class="about">${words.yours}</p><p class="row">${avatar({ id: member.id, name: member.nickname })}<strong>${words.member(member.nickname, member.username)}</strong></p></div></li>`
    : ''
  const act = member
    ? html`<p class="about">${words.warning}</p>
<form class="form" method="post" action="${path}"><div class="form-actions"><button class="btn primary">${words.link}</button><a class="btn quiet" href="/chats">${words.cancel}</a></div></form>`
    : html`<p class="about">${words.signInAbout}</p>
<p class="form-actions"><a class="btn primary" href="${withNext('/login', path)}">${words.logIn}</a><a class="btn" href="${withNext('/register', path)}">${words.register}</a></p>`
  return page(c, {
    title: words.title,
    body: door(words.title, words.about, html`<ul class="plain rows">${account}${mine}</ul>${act}`),
  })
}

function stalePage(c: Context<WebEnv>, state: 'spent' | 'old' | 'unknown') {
  const words = c.get('words').linking
  return page(c, {
    title: words.staleTitle,
    status: state === 'unknown' ? 404 : 410,
    body: door(words.staleTitle, html`${words[state]} ${words.again}`, wayOn(c)),
  })
}

function tooManyPage(c: Context<WebEnv>) {
  const words = c.get('words').linking
  c.header('Retry-After', String(triesPerAccount.windowMs / 1000))
  return page(c, {
    title: words.staleTitle,
    status: 429,
    body: door(words.staleTitle, words.tooMany, wayOn(c)),
  })
}

function wayOn(c: Context<WebEnv>): Html {
  const words = c.get('words').linking
  return c.get('signedIn')
    ? html`<p class="other"><a class="btn primary" href="/profile">${words.toProfile}</a></p>`
    : html`<p class="other"><a class="btn primary" href="/login">${words.logIn}</a></p>`
}
