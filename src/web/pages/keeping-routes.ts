import { Hono, type MiddlewareHandler } from 'hono'
import type { WebEnv } from '../context.ts'
import { exportRoutes } from './export.ts'
import { forgetRoutes } from './forget.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { linkRoutes } from './link.ts'
import { linkedRoutes } from './linked.ts'
import { publicRoutes } from './public.ts'
import { shareRoutes } from './share.ts'

/** Every page of linking, publishing, exporting and erasing. */
export function keepingRoutes(deps: KeepingPages): Hono<WebEnv> {
  const upToDate: MiddlewareHandler<WebEnv> = async (c, next) => {
    const viewer = c.get('signedIn')?.viewer
    if (viewer) await deps.refresh?.(viewer)
    await next()
  }
  return new Hono<WebEnv>()
    .use('/export.json', upToDate)
    .use('/export.md', upToDate)
    .use('/chats/:id/export.json', upToDate)
    .use('/chats/:id/export.md', upToDate)
    .use('/chats/:id/share', upToDate)
    .use('/chats/:id/forget', upToDate)
    .route('/', linkRoutes(deps))
    .route('/', linkedRoutes(deps))
    .route('/', publicRoutes(deps))
    .route('/', shareRoutes(deps))
    .route('/', exportRoutes(deps))
    .route('/', forgetRoutes(deps))
}
