import { Hono } from 'hono'
import type { WebEnv } from '../context.ts'
import { adminOnly, checkMayChange } from './admin.ts'
import { type AgentAdmin, agentIn, checkMayChangeAgent } from './agents-base.ts'
import {
  agentPage,
  archiveAgent,
  createAgent,
  duplicateAgent,
  newAgentPage,
  saveAgent,
} from './agents-edit.ts'
import { agentsList } from './agents-list.ts'
import { notesPage, placesPage, saveNotes, savePlace } from './agents-places.ts'
import { tryIt } from './agents-try.ts'
import { rollBack, versionPage } from './agents-versions.ts'

/** `/admin/agents` and what hangs on it: Agents, who answers where, and what every answer carries. */
export function agentsRoutes(deps: AgentAdmin): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const gate = adminOnly(deps.store.workspaceRoles)
  app.use('/admin/agents', gate)
  app.use('/admin/agents/*', gate)
  // Who changes nothing here is told so whether or not there is such an agent.
  app.post('/admin/agents/*', (c, next) => {
    checkMayChange(c)
    return next()
  })
  app.get('/admin/agents', c => agentsList(c, deps))
  app.post('/admin/agents', c => createAgent(c, deps))
  app.get('/admin/agents/new', c => {
    const workspace = c.get('workspace')
    checkMayChangeAgent(c, workspace ? { workspace } : {})
    return newAgentPage(c, deps)
  })
  app.get('/admin/agents/places', c => placesPage(c, deps))
  app.post('/admin/agents/places', c => savePlace(c, deps))
  app.get('/admin/agents/notes', c => notesPage(c, deps))
  app.post('/admin/agents/notes', c => saveNotes(c, deps))
  app.get('/admin/agents/:id', async c => agentPage(c, deps, await agentIn(c, deps)))
  app.post('/admin/agents/:id', async c => saveAgent(c, deps, await agentIn(c, deps)))
  app.post('/admin/agents/:id/try', async c => {
    const agent = await agentIn(c, deps)
    return agentPage(c, deps, agent, { tried: await tryIt(c, deps, agent) })
  })
  app.post('/admin/agents/:id/duplicate', async c => duplicateAgent(c, deps, await agentIn(c, deps)))
  app.post('/admin/agents/:id/archive', async c => archiveAgent(c, deps, await agentIn(c, deps), true))
  app.post('/admin/agents/:id/restore', async c => archiveAgent(c, deps, await agentIn(c, deps), false))
  app.post('/admin/agents/:id/rollback', async c => rollBack(c, deps, await agentIn(c, deps)))
  app.get('/admin/agents/:id/versions/:version', async c => versionPage(c, deps, await agentIn(c, deps)))
  return app
}
