import type { Context, MiddlewareHandler } from 'hono'
import type { Accounts, Authenticated } from '../core/account.ts'
import { toParleyError } from '../core/errors.ts'
import type { WebEnv } from './context.ts'
import type { SessionCookies } from './session-cookies.ts'

/** These read the refresh cookie themselves, or cannot give a new one. */
const never = /^\/(?:api\/v1\/(?:token\/refresh|logout)|ws)$/

/**
 * Tells who asks: by the Authorization header, and then by nothing else, or by cookies. An access cookie that ran out
 * is renewed on the way, for pages and for what our pages ask; other programs renew theirs themselves.
 */
export function session(accounts: Accounts, cookies: SessionCookies): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const authorization = c.req.header('Authorization')
    if (authorization === undefined) {
      const found = await byCookie(accounts, cookies, c)
      c.set('signedIn', found && { ...found, via: 'cookie' })
    } else {
      const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1]
      const found = token === undefined ? undefined : await accounts.authenticate(token)
      c.set('signedIn', found && { ...found, via: 'bearer' })
    }
    await next()
  }
}

async function byCookie(
  accounts: Accounts,
  cookies: SessionCookies,
  c: Context<WebEnv>,
): Promise<Authenticated | undefined> {
  const accessToken = cookies.accessToken(c)
  const found = accessToken === undefined ? undefined : await accounts.authenticate(accessToken)
  const refreshToken = cookies.refreshToken(c)
  if (found || refreshToken === undefined || !isRenewedHere(c)) return found
  try {
    const grant = await accounts.refresh(refreshToken, cookies.device(c))
    cookies.give(c, grant)
    return await accounts.authenticate(grant.accessToken)
  } catch (thrown) {
    // A database that is away must not sign anybody out.
    if (toParleyError(thrown).code !== 'unauthenticated') throw thrown
    cookies.take(c)
    return undefined
  }
}

function isRenewedHere(c: Context): boolean {
  const { path } = c.req
  if (never.test(path)) return false
  return !/^\/(?:api|v1)\//.test(path) || c.req.header('Sec-Fetch-Site') === 'same-origin'
}
