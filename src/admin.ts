import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import type { ClaimDependencies } from './core/claim-workspace.ts'
import type { Setup } from './core/setup.ts'
import type { ProviderParts } from './providers.ts'
import type { AdminPages } from './web/admin/admin-pages.ts'
import { auditRoutes } from './web/admin/audit.ts'
import { claimRoutes } from './web/admin/claim.ts'
import { glassListRoutes } from './web/admin/glass.ts'
import { memberRoutes } from './web/admin/member-acts.ts'
import { membersRoutes } from './web/admin/members.ts'
import { overviewRoutes } from './web/admin/overview.ts'
import { type PlacePages, placePages } from './web/admin/place-pages.ts'
import { createAdminApi } from './web/api/admin.ts'
import type { WebEnv } from './web/context.ts'
import { setupRoutes } from './web/pages/setup.ts'

/** What pages and API of members, roles and records are made of. */
export type Managing = AdminPages & Pick<ClaimDependencies, 'platforms' | 'log'>

/** What all pages of those who manage are made of. */
export type Administration = Managing &
  PlacePages & { readonly providers: ProviderParts; readonly setup: Setup }

/** The pages of those who manage. */
export function adminPages(deps: Administration): readonly Hono<WebEnv>[] {
  return [...managingPages(deps), setupRoutes(deps), deps.providers.pages(deps.address), ...placePages(deps)]
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
  ]
}

/** What they can do, for programs. */
export function adminApis(deps: Managing): readonly OpenAPIHono<WebEnv>[] {
  return [createAdminApi(deps)]
}
