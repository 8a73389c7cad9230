import type { Context, MiddlewareHandler } from 'hono'
import type { ApiKeyScope } from '../../core/api-key.ts'
import type { SignedIn, WebEnv } from '../context.ts'
import { problem } from '../problem.ts'

/** A route of the API, and the scopes any one of which opens it to a key; none where no key is good enough. */
interface Rule {
  readonly methods?: readonly string[]
  /** After `/api/v1/`. */
  readonly path: RegExp
  readonly scopes: readonly ApiKeyScope[]
}

const reading = ['GET', 'HEAD', 'OPTIONS'] as const

/**
 * The first that fits holds. What is not named here is `read` to look at and `write` to change, so that a route nobody
 * thought of gives no key more than that.
 */
const rules: readonly Rule[] = [
  { path: /^admin(\/|$)/, scopes: ['admin'] },
  // With these somebody keeps an account, or takes it away: a key that leaked must not.
  {
    path: /^(register|login|logout|token|password-reset|forget-password|email-verify|links)(\/|$)/,
    scopes: [],
  },
  { methods: ['POST', 'DELETE'], path: /^(api-keys|sessions|identities)(\/|$)/, scopes: [] },
  { path: /^me\/(password|erase)$/, scopes: [] },
  // Who may ask may see what was answered.
  { methods: reading, path: /^(dialogues\/[^/]+(\/events)?|turns\/[^/]+)$/, scopes: ['read', 'chat'] },
  {
    methods: ['POST'],
    path: /^(dialogues(\/[^/]+\/(messages|regenerate))?|messages\/[^/]+\/edit|turns\/[^/]+\/stop)$/,
    scopes: ['chat'],
  },
  { methods: reading, path: /^/, scopes: ['read'] },
]

/** Scopes any one of which lets a key do this; none where no key may. */
export function scopesFor(method: string, path: string): readonly ApiKeyScope[] {
  const within = path.replace(/^\/api\/v1\//, '')
  const rule = rules.find(one => (one.methods?.includes(method) ?? true) && one.path.test(within))
  return rule?.scopes ?? ['write']
}

/** Whether who is signed in may do what any of these scopes allows. A person may do all of it. */
export function hasScope({ scopes }: Pick<SignedIn, 'scopes'>, wanted: readonly ApiKeyScope[]): boolean {
  return scopes === undefined || wanted.some(scope => scopes.includes(scope))
}

/** Keys do what they were made for, on every route below /api/v1 alike. */
export const guardScopes: MiddlewareHandler<WebEnv> = async (c, next) => {
  const signedIn = c.get('signedIn')
  const wanted = scopesFor(c.req.method, c.req.path)
  if (!signedIn || hasScope(signedIn, wanted)) return next()
  return refuseKey(c, wanted)
}

/** 403, saying which scope is missing, in words and as RFC 6750 has it. */
export function refuseKey(c: Context<WebEnv>, wanted: readonly ApiKeyScope[]): Response {
  const { problems } = c.get('words')
  const detail = wanted.length === 0 ? problems.noKey : problems.scope(wanted.join(', '))
  const response = problem(c, { status: 403, code: 'forbidden', detail })
  const scope = wanted.length === 0 ? '' : `, scope="${wanted.join(' ')}"`
  response.headers.set('WWW-Authenticate', `Bearer error="insufficient_scope"${scope}`)
  return response
}
