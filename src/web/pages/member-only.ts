import type { Context, MiddlewareHandler } from 'hono'
import type { SignedIn, WebEnv } from '../context.ts'

/** Sends whoever is not signed in to the way in, and back here after it. */
export const memberOnly: MiddlewareHandler<WebEnv> = async (c, next) => {
  return c.get('signedIn') ? next() : toSignIn(c)
}

/** The way in, and back here; what was sent in a form is not sent again. */
export function toSignIn(c: Context<WebEnv>): Response {
  if (c.req.method !== 'GET') return c.redirect('/login?notice=sessionEnded', 303)
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(`/login?next=${encodeURIComponent(pathname + search)}`, 303)
}

/** Who is signed in, on a route behind `memberOnly`. */
export function signedInOf(c: Context<WebEnv>): SignedIn {
  const signedIn = c.get('signedIn')
  if (!signedIn) throw new Error('This route is not behind memberOnly.')
  return signedIn
}
