import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import type { Log } from '../core/log.ts'
import { assetRoutes, webAssets } from './assets.ts'
import type { Site, WebEnv } from './context.ts'
import { guideRoutes } from './guide.ts'
import { protectiveHeaders } from './headers.ts'
import { healthRoutes, type Readiness } from './health.ts'
import { designRoutes } from './pages/design.ts'
import { preferences } from './preferences.ts'
import { loggedPath, requestLog } from './request-log.ts'

export interface WebDependencies {
  readonly log: Log
  readonly nowMs: () => number
  /** Where people reach it. */
  readonly publicUrl: string
  /** What is not up, asked anew for each request. */
  readonly readiness: () => Promise<Readiness>
  /** `POST /slack/events`, where Slack over HTTP is configured. */
  readonly slackEvents?: (request: Request) => Promise<Response>
  /** The practice page; it guards itself against everyone but this machine. */
  readonly sandbox?: Hono
  /** Other services to sign in with. */
  readonly providers?: Site['providers']
}

/** Everything Parley answers over HTTP. */
export function createWebApp(deps: WebDependencies): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const site: Site = { sandbox: deps.sandbox !== undefined, providers: deps.providers ?? [] }
  app.use(requestId(), requestLog(deps.log, deps.nowMs))
  if (deps.sandbox) app.route('/', deps.sandbox)
  app.use(protectiveHeaders(deps.publicUrl))
  app.route('/', healthRoutes(deps.readiness)).route('/', assetRoutes(webAssets()))
  const slackEvents = deps.slackEvents
  if (slackEvents) {
    const onError = (c: Context) => problem(c, 413, 'too_large', 'That is more than Slack ever sends.')
    app.post('/slack/events', bodyLimit({ maxSize: 1024 * 1024, onError }), c => slackEvents(c.req.raw))
  }
  app.use(async (c, next) => {
    c.set('site', site)
    await next()
  }, preferences)
  app.get('/', c => c.redirect(c.get('signedIn') ? '/chats' : '/login'))
  app.route('/', guideRoutes()).route('/', designRoutes())
  app.notFound(c => problem(c, 404, 'not_found', 'There is nothing at this address.'))
  app.onError((error, c) => {
    deps.log.error(
      { component: 'web', method: `${c.req.method} ${loggedPath(c.req.path)}`, error },
      'a request failed',
    )
    return problem(c, 500, 'internal', 'Something went wrong inside Parley.')
  })
  return app
}

/** RFC 9457. */
function problem(c: Context, status: 404 | 413 | 500, code: string, detail: string): Response {
  return c.json({ type: 'about:blank', status, code, detail }, status, {
    'content-type': 'application/problem+json',
  })
}
