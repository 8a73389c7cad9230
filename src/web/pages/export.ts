import { Hono } from 'hono'
import type { WebEnv } from '../context.ts'
import { downloadDialogue, downloadMine } from '../downloads.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { memberOnly, signedInOf } from './member-only.ts'

/** Everything of mine, or one dialogue that I may read, as one file. */
export function exportRoutes(deps: KeepingPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  for (const format of ['json', 'md'] as const) {
    const file = `export.${format}` as const
    app.get(`/${file}`, memberOnly, c => downloadMine(c, deps, signedInOf(c).viewer, format))
    app.get(`/chats/:id/${file}`, memberOnly, c =>
      downloadDialogue(c, deps, signedInOf(c).viewer, { id: c.req.param('id'), format }),
    )
  }
  return app
}
