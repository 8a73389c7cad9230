import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { randomUUID } from 'node:crypto'
import type { Agent } from './core/agent.ts'
import type { ClaimDependencies } from './core/claim-workspace.ts'
import type { LanguageModel } from './core/model.ts'
import type { Setup } from './core/setup.ts'
import type { ProviderParts } from './providers.ts'
import type { AdminPages } from './web/admin/admin-pages.ts'
import { agentsRoutes } from './web/admin/agents.ts'
import { auditRoutes } from './web/admin/audit.ts'
import { claimRoutes } from './web/admin/claim.ts'
import { glassListRoutes } from './web/admin/glass.ts'
import { memberRoutes } from './web/admin/member-acts.ts'
import { membersRoutes } from './web/admin/members.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { type PlacePages, placePages } from './web/admin/place-pages.ts'
import { createAdminApi } from './web/api/admin.ts'
import { priceRoutes } from './web/admin/prices.ts'
import { quotaRoutes } from './web/admin/quotas.ts'
import { usageRoutes } from './web/admin/usage.ts'
import type { WebEnv } from './web/context.ts'
import { setupRoutes } from './web/pages/setup.ts'

/** What pages and API of members, roles and records are made of. */
export type Managing = AdminPages & Pick<ClaimDependencies, 'platforms' | 'log'>

/** What all pages of those who manage are made of. */
export type Administration = Managing &
  PlacePages & {
    readonly providers: ProviderParts
    readonly setup: Setup
    readonly model: LanguageModel
    /** The built-in one, whose model is the usual one. */
    readonly agent: Agent
  }

/** The pages of those who manage. */
export function adminPages(deps: Administration): readonly Hono<WebEnv>[] {
  const agents = { ...deps, usualModel: deps.agent.model, newId: randomUUID, addressOf: deps.address }
  return [
    ...managingPages(deps),
    agentsRoutes(agents),
    setupRoutes(deps),
    deps.providers.pages(deps.address),
    ...placePages(deps),
  ]
}

/** Overview, members, roles and records. */
export function managingPages(deps: Managing): readonly Hono<WebEnv>[] {
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

/** What they can do, for programs. */
export function adminApis(deps: Managing): readonly OpenAPIHono<WebEnv>[] {
  return [createAdminApi(deps)]
}
