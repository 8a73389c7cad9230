import type { Context, Hono } from 'hono'
import type { Store } from './core/store.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { setupRoutes } from './web/pages/setup.ts'
import type { Setup } from './core/setup.ts'
import type { ProviderParts } from './providers.ts'
import type { WebEnv } from './web/context.ts'

/** The pages of those who manage. */
export function adminPages(deps: {
  readonly store: Store
  readonly nowMs: () => number
  readonly providers: ProviderParts
  readonly setup: Setup
  readonly address: (c: Context<WebEnv>) => string | undefined
}): readonly Hono<WebEnv>[] {
  const { store, providers, setup, address } = deps
  return [overviewRoutes(store), setupRoutes({ setup, address }), providers.pages(address)]
}
