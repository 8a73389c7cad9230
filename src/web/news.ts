import type { Context, MiddlewareHandler } from 'hono'
import type { Notices } from '../core/notice.ts'
import type { WebEnv } from './context.ts'

/** Lets a page ask what its Member is to be told; asking marks it as seen. */
export function newsFrom(notices: Notices, nowMs: () => number): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const member = c.get('signedIn')?.member
    if (member && isLookedAt(c)) {
      c.set('takeNotices', async () => {
        const unseen = await notices.unseen(member.id)
        if (unseen.length > 0) {
          const ids = unseen.map(({ id }) => id)
          await notices.see(member.id, ids, nowMs())
        }
        return unseen
      })
    }
    await next()
  }
}

/** A page that a browser fetches in advance is perhaps never seen. */
function isLookedAt(c: Context): boolean {
  return c.req.method !== 'HEAD' && !(c.req.header('Sec-Purpose') ?? '').includes('prefetch')
}
