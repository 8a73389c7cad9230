import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import type { Log } from '../core/log.ts'
import { guidePage } from './guide.ts'
import { type Home, homePage } from './home.ts'

export interface WebDependencies {
  readonly log: Log
  readonly nowMs: () => number
  /** What is not up, asked anew for each request. */
  readonly readiness: () => Promise<Readiness>
  /** `POST /slack/events`, where Slack over HTTP is configured. */
  readonly slackEvents?: (request: Request) => Promise<Response>
  /** The practice page; it guards itself against everyone but this machine. */
  readonly sandbox?: Hono
  readonly home: () => Home
}

export interface Readiness {
  /** True when the database answers and every gateway has been up once. */
  readonly ready: boolean
  readonly database: 'up' | 'down'
  readonly gateways: Readonly<Record<string, 'connected' | 'reconnecting' | 'never connected'>>
}

/** Everything Parley answers over HTTP. */
export function createWebApp(deps: WebDependencies): Hono {
  const look = readFileSync(join(import.meta.dirname, 'look.css'), 'utf8')
  const app = new Hono()
  app.use(requestId())
  app.use(async (c, next) => {
    const startedAtMs = deps.nowMs()
    await next()
    const path = c.req.path.startsWith('/sandbox') || c.req.path === '/healthz' ? 'debug' : 'info'
    deps.log[path](
      {
        component: 'web',
        method: `${c.req.method} ${c.req.path}`,
        status: c.res.status,
        durationMs: deps.nowMs() - startedAtMs,
      },
      'request',
    )
  })
  if (deps.sandbox) app.route('/', deps.sandbox)
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'same-origin',
    }),
  )
  app.get('/healthz', c => c.json({ alive: true }))
  app.get('/readyz', async c => {
    const readiness = await deps.readiness()
    return c.json(readiness, readiness.ready ? 200 : 503)
  })
  const slackEvents = deps.slackEvents
  if (slackEvents) {
    const onError = (c: Context) => problem(c, 413, 'too_large', 'That is more than Slack ever sends.')
    app.post('/slack/events', bodyLimit({ maxSize: 1024 * 1024, onError }), c => slackEvents(c.req.raw))
  }
  app.get('/', c => (deps.sandbox ? c.redirect('/sandbox') : c.html(homePage(deps.home()))))
  app.get('/guide/:name', c => {
    const guide = guidePage(c.req.param('name'))
    return guide ? c.html(guide) : c.notFound()
  })
  app.get('/look.css', c =>
    c.body(look, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }),
  )
  app.notFound(c => problem(c, 404, 'not_found', 'There is nothing at this address.'))
  app.onError((error, c) => {
    deps.log.error({ component: 'web', method: `${c.req.method} ${c.req.path}`, error }, 'a request failed')
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
