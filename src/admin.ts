import type { Hono } from 'hono'
import { overviewRoutes } from './web/admin/overview.ts'
import { type PlacePages, placePages } from './web/admin/place-pages.ts'
import type { WebEnv } from './web/context.ts'

/** The pages of those who manage. */
export function adminPages(deps: PlacePages): readonly Hono<WebEnv>[] {
  return [overviewRoutes(deps.store), ...placePages(deps)]
}
