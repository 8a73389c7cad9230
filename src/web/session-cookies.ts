import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import type { SessionGrant } from '../core/account.ts'
import type { Device } from '../core/session.ts'
import { type Origins, originOf } from './origin.ts'

/** How a browser holds its session. */
export interface SessionCookies {
  give(c: Context, grant: SessionGrant): void
  /** For who keeps the access token elsewhere. */
  giveRefresh(c: Context, grant: SessionGrant): void
  take(c: Context): void
  accessToken(c: Context): string | undefined
  refreshToken(c: Context): string | undefined
  device(c: Context): Device
}

export function createSessionCookies(options: Origins): SessionCookies {
  const secure = options.publicUrl.startsWith('https:')
  // The prefix keeps other hosts and plain http from setting them; a browser takes it over https only.
  const [access, refresh] = ['access', 'refresh'].map(name => `${secure ? '__Host-' : ''}parley-${name}`) as [
    string,
    string,
  ]
  const attributes = (c: Context): CookieOptions => {
    const usual = { path: '/', httpOnly: true, secure } as const
    // To a front end on another site a Lax cookie is never sent. Its origin was checked, and `guardOrigin` refuses all
    // others; partitioned, the cookie counts under that site alone.
    const isElsewhere = secure && originOf(c, options) === 'allowed'
    return isElsewhere ? { ...usual, sameSite: 'None', partitioned: true } : { ...usual, sameSite: 'Lax' }
  }
  const giveRefresh = (c: Context, grant: SessionGrant) =>
    setCookie(c, refresh, grant.refreshToken, {
      ...attributes(c),
      // A time to live, not a time of day: the browser's clock may be another.
      maxAge: Math.floor((grant.refreshExpiresAtMs - grant.session.usedAtMs) / 1_000),
    })
  return {
    give(c, grant) {
      giveRefresh(c, grant)
      setCookie(c, access, grant.accessToken, { ...attributes(c), maxAge: grant.expiresIn })
    },
    giveRefresh,
    take(c) {
      deleteCookie(c, refresh, attributes(c))
      deleteCookie(c, access, attributes(c))
    },
    accessToken: c => getCookie(c, access),
    refreshToken: c => getCookie(c, refresh),
    device(c) {
      const userAgent = c.req.header('User-Agent')
      const address = options.proxies.clientAddress(c)
      return {
        ...(userAgent === undefined ? {} : { userAgent }),
        ...(address === undefined ? {} : { address }),
      }
    },
  }
}
