import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { etag } from 'hono/etag'
import { streamSSE } from 'hono/streaming'
import { ActRefused, parseAct, perform } from './act.ts'
import { readAssets } from './assets.ts'
import { feed } from './feed.ts'
import { guard } from './guard.ts'
import { type Links, shellHtml } from './shell.ts'
import type { Trail } from './trail.ts'
import { type Players, sightOf, viewOf } from './view.ts'

export interface SandboxPageOptions {
  readonly players: Players
  /** What Parley did, told under each thread. */
  readonly trail: Trail
  /** Where it is explained how to connect the real thing. */
  readonly links?: Links
}

/** A text of 40,000 characters, each four bytes, and its fields. */
const largestBody = 256 * 1024

/** The page at `/sandbox` on which one plays several people; it guards itself against other machines. */
export function createSandboxPage({ players, trail, links = {} }: SandboxPageOptions): Hono {
  const assets = readAssets()
  const { version } = assets
  const shell = shellHtml(assets, links)
  const app = new Hono()
  app.use('/sandbox/*', guard)
  app.get('/sandbox', etag(), c => c.html(shell, 200, { 'Cache-Control': 'no-cache' }))
  app.get('/sandbox/assets/:version/:name', etag(), c => {
    const asset = assets.find(c.req.param('name'))
    if (!asset || c.req.param('version') !== version) return c.json({ error: 'There is no such file.' }, 404)
    return c.body(asset.body, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'private, max-age=31536000, immutable',
      ETag: asset.etag,
    })
  })
  app.get('/sandbox/state', c => {
    const sight = sightOf(players, wishOf(c))
    return c.json(viewOf(players[sight.platform], trail, sight, version), 200, {
      'Cache-Control': 'no-store',
    })
  })
  app.get('/sandbox/events', c => {
    const sight = sightOf(players, wishOf(c))
    const player = players[sight.platform]
    return streamSSE(c, stream => feed(stream, { player, trail, sight, version }))
  })
  app.post('/sandbox/act', bodyLimit({ maxSize: largestBody, onError: tooLarge }), async c => {
    try {
      return c.json(perform(players, parseAct(await c.req.json())))
    } catch (thrown) {
      if (thrown instanceof ActRefused) return c.json({ error: thrown.message }, 400)
      if (thrown instanceof SyntaxError) return c.json({ error: 'The body has to be JSON.' }, 400)
      throw thrown
    }
  })
  return app
}

const tooLarge = (c: Context) => c.json({ error: 'That is too much for one message.' }, 413)

const wishOf = (c: Context) => ({
  platform: c.req.query('on'),
  channel: c.req.query('in'),
  thread: c.req.query('thread'),
  person: c.req.query('as'),
})
