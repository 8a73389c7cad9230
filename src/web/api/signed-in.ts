import type { Context } from 'hono'
import { ParleyError } from '../../core/errors.ts'
import type { SignedIn, WebEnv } from '../context.ts'

/** Who asks. Throws `unauthenticated` for nobody. */
export function signedIn(c: Context<WebEnv>): SignedIn {
  const who = c.get('signedIn')
  if (!who) throw new ParleyError('unauthenticated', 'Sign in first.')
  return who
}
