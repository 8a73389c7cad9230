import type { MiddlewareHandler } from 'hono'
import { ParleyError } from '../core/errors.ts'
import type { WebEnv } from './context.ts'
import { problemOf } from './problem.ts'

/** For programs: 401 for whoever is not signed in. Pages have `memberOnly`. */
export const requireSignedIn: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (c.get('signedIn')) return next()
  return problemOf(c, new ParleyError('unauthenticated', 'Nobody is signed in.'))
}
