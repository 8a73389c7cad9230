import { Hono } from 'hono'
import type { WebEnv } from '../context.ts'
import type { AccountPages } from './account-pages.ts'

/** The picture of a Member, to whoever is signed in. Its tag stands in the address, so that browsers may keep it. */
export function avatarRoutes({ avatar }: AccountPages): Hono<WebEnv> {
  return new Hono<WebEnv>().get('/avatars/:memberId', async c => {
    if (!c.get('signedIn')) return c.notFound()
    const found = await avatar(c.req.param('memberId'))
    if (!found) return c.notFound()
    c.header('Content-Type', 'image/webp')
    c.header(
      'Cache-Control',
      c.req.query('v') === found.tag ? 'private, max-age=31536000, immutable' : 'no-cache',
    )
    return c.body(new Uint8Array(found.image))
  })
}
