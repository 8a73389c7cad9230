import type { Context } from 'hono'
import { html } from 'hono/html'
import { builtInAgent } from '../../core/agent.ts'
import { usualOn } from '../../core/agent-place.ts'
import type { KeptAgent } from '../../core/kept-agent.ts'
import type { WebEnv } from '../context.ts'
import { isDraftPublished } from './agents-form.ts'
import { adminPage } from './admin.ts'
import { type AgentAdmin, agentsPath, agentsTabs, agentsTop, mayChange } from './agents-base.ts'

/** `/admin/agents`: all of them, and which answers here where nobody chose. */
export async function agentsList(c: Context<WebEnv>, { store, usualModel }: AgentAdmin) {
  const words = c.get('words').agents
  const workspace = c.get('workspace')
  const agents = await store.keptAgents.list(workspace)
  const said = workspace
    ? [await store.agentPlaces.find({}), await store.agentPlaces.find(workspace)]
    : [await store.agentPlaces.find({})]
  const answering = agents.filter(({ archived, published }) => !archived && published !== undefined)
  const usual = usualOn(said, answering)
  const mayAdd = mayChange(c, workspace ? { workspace } : {})
  const builtIn = builtInAgent(usualModel)
  return adminPage(c, 'agents', {
    title: words.tabs.agents,
    body: html`${agentsTop(c, {
      title: words.tabs.agents,
      about: words.about,
      ...(mayAdd
        ? { actions: html`<a class="btn primary" href="${agentsPath(c, '/new')}">${words.add}</a>` }
        : {}),
    })}
<div class="flow"><div class="column agents">${agentsTabs(c, 'agents')}
<ul class="plain agent-list">
<li><div><b>${builtIn.name}</b>${usual === builtIn.id ? html` <span class="chip good">${words.usualHere}</span>` : ''}<p class="meta">${words.builtIn}</p></div></li>
${agents.map(agent => row(c, agent, usual))}
</ul>
${agents.length === 0 ? html`<p class="empty">${words.none}</p>` : ''}</div></div>`,
  })
}

function row(c: Context<WebEnv>, agent: KeptAgent, usual: string) {
  const words = c.get('words').agents
  const { id, draft, archived, workspace } = agent
  const scope = workspace ? words.ofWorkspace : words.ofEverywhere
  const about = [draft.description, draft.model ?? '', scope].filter(text => text !== '')
  return html`<li${archived ? html` class="archived"` : ''}><div><a href="${agentsPath(c, `/${id}`)}"><b>${draft.name}</b></a>${chips(c, agent, usual)}<p class="meta">${about.join(' · ')}</p></div>
<a class="btn" href="${agentsPath(c, `/${id}`)}" aria-label="${words.open}: ${draft.name}">${mayChange(c, agent) ? words.open : words.view}</a></li>`
}

export function chips(c: Context<WebEnv>, agent: KeptAgent, usual?: string) {
  const words = c.get('words').agents
  const { archived, published, draft } = agent
  if (archived) return html` <span class="chip">${words.archivedChip}</span>`
  return html`${agent.id === usual ? html` <span class="chip good">${words.usualHere}</span>` : ''}${
    published
      ? html` <span class="chip">${words.published(published.version)}</span>`
      : html` <span class="chip warn">${words.draftOnly}</span>`
  }${published && !isDraftPublished(agent) ? html` <span class="chip warn">${words.changed}</span>` : ''}${draft.questions.length > 0 ? html` <span class="chip">${words.guided}</span>` : ''}`
}
