import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { requestId } from 'hono/request-id'
import type { Accounts } from '../core/account.ts'
import type { Demo } from '../core/demo.ts'
import type { IdempotentReplies } from '../core/idempotency.ts'
import type { Keyring } from '../core/keyring.ts'
import type { Log } from '../core/log.ts'
import type { Notices } from '../core/notice.ts'
import { accountApi } from './api/accounts.ts'
import { accountActsApi } from './api/account-acts.ts'
import { apiKeysApi } from './api/api-keys.ts'
import { describedApi } from './api/description.ts'
import { idempotency } from './api/idempotency.ts'
import { guardScopes } from './api/scopes.ts'
import { assetRoutes, webAssets } from './assets.ts'
import type { Site, WebEnv } from './context.ts'
import { createProxies } from './client-address.ts'
import { answerFailure, answerNothing, failWith } from './failure.ts'
import { guideRoutes } from './guide.ts'
import { protectiveHeaders } from './headers.ts'
import { healthRoutes, type MetricsText, type Readiness } from './health.ts'
import { newsFrom } from './news.ts'
import type { AccountPages } from './pages/account-pages.ts'
import { apiKeyRoutes } from './pages/api-keys.ts'
import { accountRoutes } from './pages/account-routes.ts'
import { demoRoutes } from './pages/demo.ts'
import { designRoutes } from './pages/design.ts'
import { guardOrigin, originOf } from './origin.ts'
import { memberPreferences, preferences } from './preferences.ts'
import { requestLog } from './request-log.ts'
import { session } from './session.ts'
import { createSessionCookies } from './session-cookies.ts'

export interface WebDependencies extends Pick<AccountPages, 'avatar' | 'agents' | 'profileCards'> {
  readonly log: Log
  readonly nowMs: () => number
  /** Where people reach it. */
  readonly publicUrl: string
  /** What is not up, asked anew for each request. */
  readonly readiness: () => Promise<Readiness>
  /** What Prometheus reads. */
  readonly metrics?: MetricsText
  /** Origins of other front ends; none unless told. */
  readonly allowedOrigins?: readonly string[]
  /** Addresses and networks whose `X-Forwarded-For` is believed; none unless told. */
  readonly trustedProxies?: readonly string[]
  readonly accounts: Accounts
  readonly notices: Notices
  /** API keys; none is taken without. */
  readonly keyring?: Keyring
  /** What POSTs came to, for those that are sent again; without, an Idempotency-Key means nothing. */
  readonly replies?: IdempotentReplies
  /** `POST /slack/events`, where Slack over HTTP is configured. */
  readonly slackEvents?: (request: Request) => Promise<Response>
  /** Trying Parley without an account. */
  readonly demo?: Demo
  /** `/v1`, for programs alone. */
  readonly relay?: Hono<WebEnv>
  /** The practice page; it guards itself against everyone but this machine. */
  readonly sandbox?: Hono
  /** Other services to sign in with. */
  readonly providers?: Site['providers']
  /** Paths whose routes bound their bodies themselves, since they take more than a form. */
  readonly limitsItself?: (path: string) => boolean
  /** Everything else that a person or a program may ask for, behind session and origin. */
  readonly routes?: readonly Hono<WebEnv>[]
  /** Further parts of the API, described with the rest. */
  readonly apis?: Parameters<typeof describedApi>[0]
}

/** A form's fields, or a long message. */
const usualBodyBytes = 1024 * 1024

/**
 * Everything Parley answers over HTTP. The order is the promise: a request is named and logged, whatever is answered is
 * protected, bodies are bounded, and who asks and from where is settled before any route.
 */
export function createWebApp(deps: WebDependencies): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { publicUrl, allowedOrigins = [], trustedProxies = [] } = deps
  const origins = { publicUrl, allowedOrigins, proxies: createProxies(trustedProxies) }
  const cookies = createSessionCookies(origins)
  const site: Site = { sandbox: deps.sandbox !== undefined, providers: deps.providers ?? [] }
  app.use(requestId(), requestLog(deps.log, deps.nowMs))
  if (deps.sandbox) app.route('/', deps.sandbox)
  app.use(protectiveHeaders(deps.publicUrl))
  app.route('/', healthRoutes(deps.readiness, deps.metrics)).route('/', assetRoutes(webAssets()))
  // Before everything that reads bodies, packs answers or looks at cookies.
  if (deps.relay) app.route('/', deps.relay)
  const slackEvents = deps.slackEvents
  const largest = bodyLimit({ maxSize: usualBodyBytes, onError: tooLarge })
  if (slackEvents) app.post('/slack/events', largest, c => slackEvents(c.req.raw))
  app.use(async (c, next) => {
    c.set('site', site)
    await next()
  }, preferences)
  app.use((c, next) =>
    c.req.path === '/profile/avatar' || c.req.path === '/api/v1/me/avatar' || deps.limitsItself?.(c.req.path)
      ? next()
      : largest(c, next),
  )
  app.use(compress())
  app.use(
    guardOrigin(origins),
    session(deps.accounts, cookies, deps.keyring),
    memberPreferences,
    newsFrom(deps.notices, deps.nowMs),
  )
  app.use('/api/v1/*', guardScopes)
  if (deps.replies) app.use('/api/v1/*', idempotency(deps.replies, deps.nowMs))
  app.get('/', c => c.redirect(c.get('signedIn') ? '/chats' : '/login'))
  const accounts = accountApi({ ...deps, cookies, isOurs: c => originOf(c, origins) === 'ours' })
  const { keyring } = deps
  const device = (c: Context) => cookies.device(c)
  const keys = keyring ? [apiKeysApi({ keyring, device })] : []
  app.route(
    '/',
    describedApi([accounts, accountActsApi({ ...deps, cookies }), ...keys, ...(deps.apis ?? [])], publicUrl),
  )
  if (keyring) app.route('/', apiKeyRoutes({ keyring, nowMs: deps.nowMs, device }))
  const { demo } = deps
  app.route('/', accountRoutes({ ...deps, cookies, ...(demo ? { demoIsOn: () => demo.isOn() } : {}) }))
  if (demo)
    app.route(
      '/',
      demoRoutes(demo, c => origins.proxies.clientAddress(c)),
    )
  for (const routes of deps.routes ?? []) app.route('/', routes)
  app.route('/', guideRoutes()).route('/', designRoutes())
  app.notFound(answerNothing)
  app.onError(answerFailure(deps.log))
  return app
}

const tooLarge = (c: Context<WebEnv>) => failWith(c, 413, 'too_large')
