import { Hono } from 'hono'
import { html } from 'hono/html'
import type { WorkspaceRoles } from '../../core/authority.ts'
import type { WebEnv } from '../context.ts'
import { adminOnly, adminPage } from './admin.ts'

/** What those who manage look at first. */
export function overviewRoutes({
  workspaceRoles,
}: {
  readonly workspaceRoles: WorkspaceRoles
}): Hono<WebEnv> {
  return new Hono<WebEnv>().get('/admin', adminOnly(workspaceRoles), c => {
    const { sections } = c.get('words').admin
    return adminPage(c, 'overview', { title: sections.overview, body: html`<h1>${sections.overview}</h1>` })
  })
}
