import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Accounts } from '../core/account.ts'
import { ParleyError } from '../core/errors.ts'
import type { Identity } from '../core/identity.ts'
import type { SignIn, SignInOutcome, SignInRefusal } from '../core/sign-in-with.ts'
import type { SignInPurpose } from '../core/sign-in-attempt.ts'
import type { WebEnv } from './context.ts'
import { page, withNotice } from './frame.ts'
import { localPath } from './local-path.ts'
import type { SessionCookies } from './session-cookies.ts'
import { createSignInCookie, type SignInCookie } from './sign-in-cookie.ts'
import { door, withNext } from './views/door.ts'

export interface AuthDependencies {
  readonly signIn: SignIn
  readonly accounts: Pick<Accounts, 'startSession'>
  readonly cookies: Pick<SessionCookies, 'give' | 'device'>
  readonly publicUrl: string
}

/** Signing in and linking by other services: `/auth/:provider/start` and `/auth/:provider/callback`. */
export interface Auth {
  readonly routes: Hono<WebEnv>
  /**
   * For whoever redeems the LinkCode of this Identity: sends the browser round by the platform's own sign-in, and
   * redeems the code when it comes back as that very account. Undefined where the platform has no sign-in here.
   */
  proveIdentity(c: Context<WebEnv>, asked: ProofRequest): Promise<Response | undefined>
}

export interface ProofRequest {
  readonly memberId: string
  readonly identity: Identity
  readonly linkCodeHash: string
  /** Where to go on afterwards; a local path. */
  readonly next?: string
}

export function createAuth(deps: AuthDependencies): Auth {
  const cookie = createSignInCookie(deps.publicUrl)
  const door: Door = { ...deps, cookie }
  const routes = new Hono<WebEnv>()
  routes.get('/auth/:provider/start', c => start(c, door, c.req.param('provider')))
  routes.get('/auth/:provider/callback', c => finish(c, door, c.req.param('provider')))
  return {
    routes,
    async proveIdentity(c, { memberId, identity, linkCodeHash, next }) {
      const provider = deps.signIn.providers.find(({ id }) => id === identity.platform)
      if (!provider) return undefined
      const path = localPath(next)
      const proof = { kind: 'prove' as const, memberId, identityId: identity.id, linkCodeHash }
      const purpose = path === undefined ? proof : { ...proof, next: path }
      return guarded(c, provider, async () =>
        interlude(
          c,
          provider,
          c.get('words').signIn.proveTitle(provider.name),
          await begin(c, door, provider, purpose),
        ),
      )
    },
  }
}

interface Door extends AuthDependencies {
  readonly cookie: SignInCookie
}

type Provider = SignIn['providers'][number]

async function start(c: Context<WebEnv>, door: Door, id: string): Promise<Response> {
  const provider = door.signIn.providers.find(known => known.id === id)
  if (!provider) return unknownPage(c)
  const elsewhere = addressOfReturn(c, door.publicUrl)
  if (elsewhere !== undefined) return away(c, elsewhere)
  const next = localPath(c.req.query('next'))
  const onward = next === undefined ? {} : { next }
  if (c.req.query('link') !== '1')
    return guarded(c, provider, async () =>
      away(c, await begin(c, door, provider, { kind: 'sign_in', ...onward })),
    )
  const member = c.get('signedIn')?.member
  if (!member) return c.redirect(withNext('/login', linkPath(id, next)))
  // Another site could send a browser here that is signed in at the service as somebody else: it would link theirs.
  if (!isFromOurPages(c, door.publicUrl)) return linkPage(c, provider, member.nickname, linkPath(id, next))
  const purpose = { kind: 'link' as const, memberId: member.id, ...onward }
  const title = c.get('words').signIn.linkTitle(provider.name)
  return guarded(c, provider, async () =>
    interlude(c, provider, title, await begin(c, door, provider, purpose)),
  )
}

async function begin(c: Context, door: Door, { id }: Provider, purpose: SignInPurpose): Promise<URL> {
  const { url, browserSecret } = await door.signIn.start(id, {
    purpose,
    browserSecret: door.cookie.read(c),
    from: door.cookies.device(c),
  })
  door.cookie.give(c, browserSecret)
  return url
}

/** What a person can do nothing about becomes a calm page; the rest is thrown on. */
async function guarded(
  c: Context<WebEnv>,
  provider: Provider,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    const words = c.get('words').signIn
    if (thrown.code === 'rate_limited') {
      const waitMs = thrown.retryAfterMs ?? 60_000
      c.header('Retry-After', String(Math.ceil(waitMs / 1000)))
      return calmPage(c, provider, { status: 429, sentence: words.tooMany(Math.ceil(waitMs / 60_000)) })
    }
    if (!thrown.code.startsWith('platform_')) throw thrown
    return calmPage(c, provider, { status: 503, sentence: words.refused.unavailable(provider.name) })
  }
}

async function finish(c: Context<WebEnv>, door: Door, id: string): Promise<Response> {
  const provider = door.signIn.providers.find(known => known.id === id)
  if (!provider) return unknownPage(c)
  const from = door.cookies.device(c)
  const outcome = await door.signIn.finish(id, {
    parameters: new URL(c.req.url).searchParams,
    browserSecret: door.cookie.read(c),
    memberId: c.get('signedIn')?.member.id,
    language: c.get('language'),
    from,
  })
  if (outcome.kind === 'refused') return refusedPage(c, provider, outcome)
  if (!('member' in outcome)) {
    const notice = outcome.identity ? 'identityLinked' : 'serviceLinked'
    return home(c, withNotice(localPath(outcome.next) ?? '/profile', notice))
  }
  const { member, kind } = outcome
  door.cookies.give(c, await door.accounts.startSession(member.id, id, from))
  const next = localPath(outcome.next) ?? '/chats'
  const needsAddress = kind === 'registered' && !member.emailConfirmed
  return home(c, needsAddress ? withNotice(next, 'addAddress') : next)
}

const statuses: Readonly<Record<SignInRefusal, ContentfulStatusCode>> = {
  stale: 410,
  cancelled: 403,
  unavailable: 503,
  not_proven: 400,
  email_taken: 409,
  account_taken: 409,
  login_taken: 409,
  other_account: 403,
  other_member: 403,
  suspended: 403,
  code_stale: 410,
}

function refusedPage(
  c: Context<WebEnv>,
  provider: Provider,
  { reason, purpose }: Extract<SignInOutcome, { kind: 'refused' }>,
): Response | Promise<Response> {
  const sentence = c.get('words').signIn.refused[reason](provider.name)
  return calmPage(c, provider, { status: statuses[reason], sentence, reason, purpose })
}

interface Calm {
  readonly status: ContentfulStatusCode
  readonly sentence: string
  readonly reason?: SignInRefusal
  readonly purpose?: SignInPurpose | undefined
}

/** One sentence and the way on. */
function calmPage(
  c: Context<WebEnv>,
  { id, name }: Provider,
  { status, sentence, reason, purpose }: Calm,
): Response | Promise<Response> {
  const words = c.get('words').signIn
  const isSignedIn = c.get('signedIn') !== undefined
  const isLink = purpose ? purpose.kind !== 'sign_in' : isSignedIn
  const link = linkPath(id, purpose?.next)
  const title = isLink ? words.linkTitle(name) : words.title(name)
  // A LinkCode is begun again from its own page, in the chat.
  const again =
    purpose?.kind === 'prove' || reason === 'email_taken'
      ? ''
      : button(isLink ? link : withNext(`/auth/${id}/start`, purpose?.next), words.again, true)
  const back = isSignedIn
    ? button('/profile', words.backToProfile)
    : reason === 'email_taken'
      ? button(withNext('/login', link), words.logIn, true)
      : button(withNext('/login', purpose?.next), words.logIn)
  return page(c, {
    title,
    status,
    body: door(title, sentence, choices(again, back)),
  })
}

const button = (href: string, text: string, isFirst = false) =>
  html`<a class="${isFirst ? 'btn primary' : 'btn'}" href="${href}">${text}</a>`

const choices = (...buttons: readonly unknown[]) =>
  html`<div class="form"><div class="form-actions">${buttons}</div></div>`

function linkPage(c: Context<WebEnv>, { name }: Provider, nickname: string, path: string) {
  const words = c.get('words').signIn
  const title = words.linkTitle(name)
  const go = choices(button(path, words.goOn(name), true), button('/profile', words.backToProfile))
  return page(c, { title, body: door(title, words.linkAbout(name, nickname), go) })
}

/**
 * Goes on to the service from a page of ours: a form that was sent may have led here, such as the one that logs in, and
 * `form-action 'self'` forbids that a form ends at another site, by however many redirects.
 */
function interlude(
  c: Context<WebEnv>,
  { name }: Provider,
  title: string,
  { href }: URL,
): Response | Promise<Response> {
  const words = c.get('words').signIn
  c.header('Refresh', `0; url=${href}`)
  return page(c, {
    title,
    body: door(title, words.away(name), choices(button(href, words.goOn(name), true))),
  })
}

function unknownPage(c: Context<WebEnv>) {
  const words = c.get('words').signIn
  const back = choices(button('/login', words.logIn))
  return page(c, {
    title: words.unknownTitle,
    status: 404,
    body: door(words.unknownTitle, words.unknown, back),
  })
}

function away(c: Context, url: URL): Response {
  c.header('Cache-Control', 'no-store')
  return c.redirect(url.href, 302)
}

function home(c: Context, path: string): Response {
  c.header('Cache-Control', 'no-store')
  return c.redirect(path, 303)
}

function linkPath(id: string, next: string | undefined): string {
  const path = `/auth/${id}/start?link=1`
  return next === undefined ? path : `${path}&next=${encodeURIComponent(next)}`
}

/** Whether a person clicked on a page of ours; browsers that do not say so tell the page itself. */
function isFromOurPages(c: Context, publicUrl: string): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const referer = c.req.header('referer')
  return (
    referer !== undefined && URL.canParse(referer) && new URL(referer).origin === new URL(publicUrl).origin
  )
}

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/**
 * Where to begin when this machine was reached by another of its own names than the one the service sends back to:
 * cookies do not follow from one to the other.
 */
function addressOfReturn(c: Context, publicUrl: string): URL | undefined {
  const here = new URL(c.req.url)
  const home = new URL(publicUrl)
  const isOther =
    here.hostname !== home.hostname && [here, home].every(({ hostname }) => loopback.test(hostname))
  return isOther ? new URL(`${here.pathname}${here.search}`, home) : undefined
}
