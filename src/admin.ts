import type { Context, Hono } from 'hono'
import { systemClock } from './clock.ts'
import type { ClaimDependencies } from './core/claim-workspace.ts'
import { auditRoutes } from './web/admin/audit.ts'
import type { AdminPages } from './web/admin/admin-pages.ts'
import { claimRoutes } from './web/admin/claim.ts'
import { glassListRoutes } from './web/admin/glass.ts'
import { memberRoutes } from './web/admin/member-acts.ts'
import { membersRoutes } from './web/admin/members.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { priceRoutes } from './web/admin/prices.ts'
import { quotaRoutes } from './web/admin/quotas.ts'
import { usageRoutes } from './web/admin/usage.ts'
import { createProxies } from './web/client-address.ts'
import type { WebEnv } from './web/context.ts'

/** What the pages and the API of those who manage are made of. */
export interface Administration
  extends Pick<AdminPages, 'store' | 'readiness' | 'practice'>,
    Pick<ClaimDependencies, 'platforms' | 'log'> {
  readonly nowMs?: () => number
  readonly trustedProxies: readonly string[]
}

/** The pages of those who manage. */
export function adminPages(administration: Administration): readonly Hono<WebEnv>[] {
  const deps = complete(administration)
  return [
    overviewRoutes(deps),
    membersRoutes(deps),
    memberRoutes(deps),
    auditRoutes(deps),
    glassListRoutes(deps),
    claimRoutes(deps),
    quotaRoutes(deps),
    usageRoutes(deps),
    priceRoutes(deps),
  ]
}

function complete(administration: Administration) {
  const proxies = createProxies(administration.trustedProxies)
  return {
    nowMs: () => systemClock.nowMs(),
    ...administration,
    address: (c: Context) => proxies.clientAddress(c),
  }
}
