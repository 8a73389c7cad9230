import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Accounts, SessionGrant } from '../core/account.ts'
import type { WebEnv } from './context.ts'
import type { SessionCookies } from './pages/account-pages.ts'

export function createSessionCookies(publicUrl: string): SessionCookies {
  const secure = publicUrl.startsWith('https:')
  const [access, refresh] = secure ? ['__Host-access', '__Host-refresh'] : ['parley_access', 'parley_refresh']
  const options = { path: '/', httpOnly: true, sameSite: 'Lax', secure } as const
  return {
    give(c, grant: SessionGrant) {
      setCookie(c, access, grant.accessToken, { ...options, maxAge: grant.expiresIn })
      setCookie(c, refresh, grant.refreshToken, { ...options, expires: new Date(grant.refreshExpiresAtMs) })
    },
    take(c) {
      deleteCookie(c, access, options)
      deleteCookie(c, refresh, options)
    },
    refreshToken: c => getCookie(c, refresh),
    accessToken: (c: Context) => getCookie(c, access),
    device: c => {
      const userAgent = c.req.header('User-Agent')
      return userAgent === undefined ? {} : { userAgent }
    },
  } as SessionCookies & { accessToken(c: Context): string | undefined }
}

export function session(accounts: Accounts, cookies: SessionCookies): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const token = (cookies as unknown as { accessToken(c: Context): string | undefined }).accessToken(c)
    let found = token === undefined ? undefined : await accounts.authenticate(token)
    const refresh = cookies.refreshToken(c)
    if (!found && refresh !== undefined) {
      try {
        const grant = await accounts.refresh(refresh, cookies.device(c))
        cookies.give(c, grant)
        found = await accounts.authenticate(grant.accessToken)
      } catch {
        cookies.take(c)
      }
    }
    c.set('signedIn', found && { ...found, via: 'cookie' })
    await next()
  }
}
