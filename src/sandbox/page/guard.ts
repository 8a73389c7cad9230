import type { Context, MiddlewareHandler } from 'hono'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/**
 * Lets through only a browser on this machine, and only this page's own requests: anybody who reaches the sandbox
 * can speak as anybody in it. Puts the page's policy on every answer, refusals included.
 */
export const guard: MiddlewareHandler = async (c, next) => {
  const refusal = refusalOf(c)
  if (refusal === undefined) await next()
  else c.res = c.json({ error: refusal }, 403)
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
}

function refusalOf(c: Context): string | undefined {
  const header = (name: string) => c.req.header(name)
  const host = header('host')
  // A proxy on this machine would make everybody look like a neighbour.
  const relayed = header('forwarded') ?? header('x-forwarded-for')
  if (relayed !== undefined || !isLoopbackAddress(peerOf(c)) || host === undefined || !isLoopbackHost(host))
    return 'The sandbox opens only on the machine that it runs on, at http://localhost.'
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return undefined
  if (header('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    return 'The sandbox takes application/json only.'
  return isSameOrigin(header('origin'), header('sec-fetch-site'), host)
    ? undefined
    : 'The sandbox takes orders from its own page only.'
}

/** The server hands its socket on as `incoming`; where it does not, nobody is a neighbour. */
function peerOf({ env }: Context): string | undefined {
  const bindings = env as
    | { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
    | undefined
  return bindings?.incoming?.socket?.remoteAddress
}

const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && /^(?:(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i.test(address)

const isLoopbackHost = (host: string): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host)

function isSameOrigin(origin: string | undefined, site: string | undefined, host: string): boolean {
  if (site !== undefined && site !== 'same-origin') return false
  if (origin === undefined) return site !== undefined
  return origin.toLowerCase() === `http://${host.toLowerCase()}`
}
