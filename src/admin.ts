import type { Hono } from 'hono'
import type { Store } from './core/store.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import type { WebEnv } from './web/context.ts'

/** The pages of those who manage. */
export function adminPages(deps: {
  readonly store: Store
  readonly nowMs: () => number
}): readonly Hono<WebEnv>[] {
  return [overviewRoutes(deps.store)]
}
