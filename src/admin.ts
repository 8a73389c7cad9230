import type { Context, Hono } from 'hono'
import type { Store } from './core/store.ts'
import type { Setup } from './core/setup.ts'
import type { ProviderParts } from './providers.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { type PlacePages, placePages } from './web/admin/place-pages.ts'
import type { WebEnv } from './web/context.ts'
import { setupRoutes } from './web/pages/setup.ts'

/** What the pages of those who manage are made of. */
export interface AdminParts extends PlacePages {
  readonly store: Store
  readonly providers: ProviderParts
  readonly setup: Setup
  readonly address: (c: Context<WebEnv>) => string | undefined
}

/** The pages of those who manage. */
export function adminPages(parts: AdminParts): readonly Hono<WebEnv>[] {
  const { store, providers, setup, address } = parts
  return [
    overviewRoutes(store),
    setupRoutes({ setup, address }),
    providers.pages(address),
    ...placePages(parts),
  ]
}
