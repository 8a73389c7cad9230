import type { Context, MiddlewareHandler } from 'hono'
import type { Proxies } from './client-address.ts'
import type { WebEnv } from './context.ts'
import { failWith } from './failure.ts'

/** From whose page a request comes, as the browser tells it; `unsaid` by whatever is no browser. */
export type RequestOrigin = 'ours' | 'allowed' | 'foreign' | 'unsaid'

export interface Origins {
  readonly publicUrl: string
  /** Origins of other front ends. */
  readonly allowedOrigins: readonly string[]
  readonly proxies: Proxies
}

/** What another front end may use; pages are ours alone. */
const open = /^\/(?:api\/v1|v1|ws)(?:\/|$)/

/** Where a request comes from; the upgrade to a WebSocket asks this too, because browsers let it come from anywhere. */
export function originOf(c: Context, origins: Origins): RequestOrigin {
  const origin = c.req.header('Origin')
  const site = c.req.header('Sec-Fetch-Site')
  if (origin === undefined) return site === undefined ? 'unsaid' : isOwnSite(site) ? 'ours' : 'foreign'
  if (isOurs(c, origin, origins)) return site === undefined || isOwnSite(site) ? 'ours' : 'foreign'
  return origins.allowedOrigins.includes(origin) && open.test(c.req.path) ? 'allowed' : 'foreign'
}

/** `none`: typed into the address bar, or opened from a bookmark. */
function isOwnSite(site: string): boolean {
  return site === 'same-origin' || site === 'none'
}

/**
 * Without an https PUBLIC_URL people come by whatever name the machine has, and the page's own address is as good;
 * with one there is one name.
 */
function isOurs(c: Context, origin: string, { publicUrl, proxies }: Origins): boolean {
  if (origin === new URL(publicUrl).origin) return true
  return publicUrl.startsWith('http:') && origin === proxies.ownOrigin(c)
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const allowedHeaders =
  'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Parley-Key, End-Point, End_Point, Proxy-Url, Proxy_Url'
const readableHeaders = 'ETag, Idempotency-Replayed, Location, Retry-After, WWW-Authenticate, X-Request-Id'
const preflightSeconds = '600'

/**
 * Nothing is done for a page that is neither ours nor allowed, whatever the body says it is: whoever cannot make our
 * page ask cannot use a person's cookies. Requests with an Authorization header pass, because no page of another origin
 * can add that header without asking first, and `session` leaves cookies aside then. Answers to allowed front ends say
 * that they may be read.
 */
export function guardOrigin(origins: Origins): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const from = originOf(c, origins)
    const isOpen = open.test(c.req.path)
    if (c.req.method === 'OPTIONS' && c.req.header('Access-Control-Request-Method') !== undefined) {
      return from === 'allowed' ? preflight(c) : refuse(c)
    }
    const holdsKey = c.req.header('Authorization') !== undefined && isOpen
    if (from === 'foreign' && !safeMethods.has(c.req.method) && !holdsKey) return refuse(c)
    await next()
    if (isOpen) c.res.headers.append('Vary', 'Origin')
    if (from === 'allowed') {
      for (const [name, value] of Object.entries(readableBy(c))) c.res.headers.set(name, value)
    }
    return undefined
  }
}

/** What tells the browser of an allowed front end that it may hand the answer on. */
export function readableBy(c: Context): Readonly<Record<string, string>> {
  return {
    'Access-Control-Allow-Origin': c.req.header('Origin') ?? '',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': readableHeaders,
  }
}

/** An allowed front end's question what it may send, answered with yes. */
export function preflight(c: Context<WebEnv>): Response {
  return c.body(null, 204, {
    'Access-Control-Allow-Origin': c.req.header('Origin') ?? '',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': allowedMethods,
    'Access-Control-Allow-Headers': allowedHeaders,
    'Access-Control-Max-Age': preflightSeconds,
    Vary: 'Origin',
  })
}

function refuse(c: Context<WebEnv>): Response | Promise<Response> {
  return failWith(c, 403, 'foreign_origin')
}
