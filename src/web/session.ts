import type { Context, MiddlewareHandler } from 'hono'
import type { Accounts, Authenticated } from '../core/account.ts'
import { toParleyError } from '../core/errors.ts'
import type { Keyring } from '../core/keyring.ts'
import type { SignedIn, WebEnv } from './context.ts'
import type { SessionCookies } from './session-cookies.ts'

/** These read the refresh cookie themselves, or cannot give a new one. */
const never = /^\/(?:api\/v1\/(?:token\/refresh|logout)|ws)$/

/** Keys are for programs: a page takes none, because what it may be told to do is not limited by scopes. */
const takesKeys = /^\/(?:api\/v1|v1|ws)(?:\/|$)/

/** Who holds a bearer token, be it of a sign-in or an API key. */
export async function bearerOf(
  { accounts, keyring }: { readonly accounts: Pick<Accounts, 'authenticate'>; readonly keyring?: Keyring },
  token: string,
): Promise<Omit<SignedIn, 'via'> | undefined> {
  if (!token.startsWith('pk_')) return accounts.authenticate(token)
  const holder = await keyring?.authenticate(token)
  if (!holder) return undefined
  const { member, viewer, scopes, sessionId } = holder
  return { member, viewer, scopes, sessionId }
}

/**
 * Tells who asks: by the Authorization header, and then by nothing else, or by cookies. An access cookie that ran out
 * is renewed on the way, for pages and for what our pages ask; other programs renew theirs themselves.
 */
export function session(
  accounts: Accounts,
  cookies: SessionCookies,
  keyring?: Keyring,
): MiddlewareHandler<WebEnv> {
  const bearers = { accounts, ...(keyring ? { keyring } : {}) }
  return async (c, next) => {
    const authorization = c.req.header('Authorization')
    if (authorization === undefined) {
      const found = await byCookie(accounts, cookies, c)
      c.set('signedIn', found && { ...found, via: 'cookie' })
    } else {
      const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1]
      const found = token === undefined ? undefined : await bearerOf(bearers, token)
      const isTaken = found?.scopes === undefined || takesKeys.test(c.req.path)
      c.set('signedIn', isTaken ? found && { ...found, via: 'bearer' } : undefined)
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
