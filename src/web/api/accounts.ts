import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Accounts, SessionGrant } from '../../core/account.ts'
import { ParleyError, toParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { requireSignedIn } from '../guards.ts'
import type { SessionCookies } from '../session-cookies.ts'
import { createApi, given, neverKept, none, refusals, requireJson, sent } from './api.ts'
import { meChangeShape, meShape, readMeChange, toMe } from './me.ts'
import { signedIn } from './signed-in.ts'

export interface AccountApi {
  readonly accounts: Accounts
  readonly cookies: SessionCookies
  /** Whether a request comes from a page of ours, whose scripts hold no token of their own. */
  readonly isOurs: (c: Parameters<SessionCookies['device']>[0]) => boolean
}

const grantShape = z
  .object({ accessToken: z.string(), expiresIn: z.int().openapi({ description: 'Seconds.', example: 900 }) })
  .openapi('AccessToken')

const tags = ['Accounts']
const tooMany = 'Too many tries; `Retry-After` says when the next may be made.'
const bearer = [{ bearer: [] }]

const register = createRoute({
  method: 'post',
  path: '/api/v1/register',
  tags,
  summary: 'Make an account; a link to confirm its address is mailed',
  request: sent(
    z.object({
      email: z.string(),
      username: z.string().optional().openapi({ description: 'Proposed from the address when left out.' }),
      password: z.string(),
    }),
  ),
  responses: {
    201: given('The new account, limited until its address is confirmed.', meShape),
    ...refusals({
      409: 'The address or the name is taken.',
      422: 'What was wrong, field by field.',
      429: tooMany,
    }),
  },
})

const login = createRoute({
  method: 'post',
  path: '/api/v1/login',
  tags,
  summary: 'Sign in',
  description: 'The answer sets an HttpOnly cookie with the refresh token.',
  request: sent(z.object({ email: z.string(), password: z.string() })),
  responses: {
    200: given('A bearer token.', grantShape),
    ...refusals({
      401: 'E-mail and password do not belong together.',
      403: 'The account is suspended.',
      429: tooMany,
    }),
  },
})

const refresh = createRoute({
  method: 'post',
  path: '/api/v1/token/refresh',
  tags,
  summary: 'A new bearer token and a new refresh cookie for the old cookie',
  description: 'The cookie before stays good for ten seconds; later use ends the session.',
  responses: {
    200: given('A bearer token.', grantShape),
    ...refusals({ 401: 'The session is over.' }),
  },
})

const logout = createRoute({
  method: 'post',
  path: '/api/v1/logout',
  tags,
  summary: 'End the session',
  responses: { 204: none('It is over, on every device that shared it.') },
})

const me = createRoute({
  method: 'get',
  path: '/api/v1/me',
  tags,
  summary: 'Who is signed in',
  security: bearer,
  middleware: [requireSignedIn] as const,
  responses: {
    200: given('The account.', meShape),
    ...refusals({ 401: 'Nobody is signed in.' }),
  },
})

const changeMe = createRoute({
  method: 'patch',
  path: '/api/v1/me',
  tags,
  summary: 'Change profile, settings or address',
  security: bearer,
  middleware: [requireSignedIn] as const,
  request: sent(meChangeShape),
  responses: {
    200: given('The account as it is now.', meShape),
    ...refusals({
      401: 'Nobody is signed in.',
      409: 'The name is taken.',
      422: 'What was wrong, field by field.',
      429: tooMany,
    }),
  },
})

/** Accounts for programs, as section 6 of the design fixes them. */
export function accountApi(deps: AccountApi): OpenAPIHono<WebEnv> {
  const api = createApi()
  for (const { path } of [register, login, refresh, logout, me]) api.use(path, requireJson, neverKept)
  addSessions(api, deps)
  addMe(api, deps)
  return api
}

function addSessions(api: OpenAPIHono<WebEnv>, { accounts, cookies, isOurs }: AccountApi): void {
  const granted = ({ accessToken, expiresIn }: SessionGrant) => ({ accessToken, expiresIn })
  api.openapi(register, async c => {
    const { email, username, password } = c.req.valid('json')
    const typed = {
      email,
      password,
      language: c.get('language'),
      ...(username === undefined ? {} : { username }),
    }
    const member = await accounts.register(typed, cookies.device(c))
    c.header('Location', '/api/v1/me')
    return c.json(toMe(member), 201)
  })
  api.openapi(login, async c => {
    const grant = await accounts.login(c.req.valid('json'), cookies.device(c))
    cookies.giveRefresh(c, grant)
    return c.json(granted(grant), 200)
  })
  api.openapi(refresh, async c => {
    const token = cookies.refreshToken(c)
    if (token === undefined) throw new ParleyError('unauthenticated', 'There is no refresh token.')
    try {
      const grant = await accounts.refresh(token, cookies.device(c))
      // Our own pages hold the access token in a cookie too, where no script can read it.
      if (isOurs(c)) cookies.give(c, grant)
      else cookies.giveRefresh(c, grant)
      return c.json(granted(grant), 200)
    } catch (thrown) {
      if (toParleyError(thrown).code === 'unauthenticated') cookies.take(c)
      throw thrown
    }
  })
  api.openapi(logout, async c => {
    const sessionId = c.get('signedIn')?.sessionId
    const refreshToken = cookies.refreshToken(c)
    await accounts.logout({
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    })
    cookies.take(c)
    return c.body(null, 204)
  })
}

function addMe(api: OpenAPIHono<WebEnv>, { accounts, cookies }: AccountApi): void {
  api.openapi(me, c => c.json(toMe(signedIn(c).member), 200))
  api.openapi(changeMe, async c => {
    const change = c.req.valid('json')
    // The address is the way to a new password: a key that leaked must not move it.
    const { member: before, scopes } = signedIn(c)
    if (change.email !== undefined && scopes) throw new ParleyError('forbidden', 'No key changes an address.')
    const { profile, settings } = readMeChange(change)
    const member = await accounts.changeProfile(before.id, profile, settings)
    const { email, currentPassword } = change
    if (email !== undefined && email !== member.email) {
      const proof = currentPassword === undefined ? {} : { currentPassword }
      await accounts.changeEmail(before.id, { email, ...proof }, cookies.device(c))
    }
    return c.json(toMe(member), 200)
  })
}
