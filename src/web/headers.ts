import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from './context.ts'

/** Half a year: browsers take it seriously, and a mistake is over some day. */
const hstsSeconds = 180 * 24 * 60 * 60

/**
 * What every answer says of itself, errors too: where its page may load from (here), that nobody may frame it, and
 * that scripts make elements only through the policy of client/trusted.js.
 */
export function protectiveHeaders(publicUrl: string): MiddlewareHandler<WebEnv> {
  const headers = protectionOf(publicUrl)
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  }
}

/** The same, for what is not answered through hono. */
export function protectionOf(publicUrl: string): Readonly<Record<string, string>> {
  const isSecure = publicUrl.startsWith('https:')
  return {
    'Content-Security-Policy': policyOf(publicUrl),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    // The address of a mailed link is a secret; our own forms still say where they come from.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    ...(isSecure ? { 'Strict-Transport-Security': `max-age=${hstsSeconds}; includeSubDomains` } : {}),
  }
}

function policyOf(publicUrl: string): string {
  // Older browsers do not count a socket as 'self'.
  const socket = publicUrl.replace(/^http/, 'ws')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(socket).origin}`,
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types parley',
  ].join('; ')
}
