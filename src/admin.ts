import { randomUUID } from 'node:crypto'
import type { Context, Hono } from 'hono'
import type { LanguageModel } from './core/model.ts'
import type { Store } from './core/store.ts'
import { agentsRoutes } from './web/admin/agents.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { createProxies } from './web/client-address.ts'
import type { WebEnv } from './web/context.ts'

/** The pages of those who manage. */
export function adminPages(deps: {
  readonly store: Store
  readonly nowMs: () => number
  readonly model: LanguageModel
  /** The installation's usual one, by name. */
  readonly usualModel: string
  readonly trustedProxies: readonly string[]
}): readonly Hono<WebEnv>[] {
  const proxies = createProxies(deps.trustedProxies)
  const common = { ...deps, newId: randomUUID, addressOf: (c: Context) => proxies.clientAddress(c) }
  return [overviewRoutes(deps.store), agentsRoutes(common)]
}
