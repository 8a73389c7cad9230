import type { Context } from 'hono'
import { html } from 'hono/html'
import { type AgentDefinition, checkDefinition, newDefinition } from '../../core/agent-definition.ts'
import { definitionFields, textOf } from '../../core/agent-diff.ts'
import type { KeptAgent } from '../../core/kept-agent.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { type Refused, refusedForm } from '../pages/form.ts'
import { nothingTyped } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { adminPage, authorityIn } from './admin.ts'
import {
  type AgentAdmin,
  agentsPath,
  agentsTop,
  auditAgent,
  checkMayChangeAgent,
  inShort,
  mayChange,
} from './agents-base.ts'
import { agentFields, definitionIn, readAgentForm, valuesOf } from './agents-form.ts'
import { chips } from './agents-list.ts'
import { tryPane, type Tried } from './agents-try.ts'
import { versionsCard } from './agents-versions.ts'

/** `/admin/agents/new`. */
export function newAgentPage(c: Context<WebEnv>, { usualModel }: AgentAdmin, refused?: Refused) {
  const words = c.get('words').agents
  const typed = refused?.typed ?? { ...nothingTyped, values: valuesOf(newDefinition) }
  return adminPage(c, 'agents', {
    title: words.newTitle,
    refused,
    scripts: ['hints.js'],
    body: html`${agentsTop(c, { title: words.newTitle, about: words.about, back: agentsPath(c) })}
<div class="flow"><form class="column agents" method="post" action="${agentsPath(c)}" data-hints>
${agentFields(c, typed, usualModel)}
<div class="form-actions"><button class="btn primary">${words.create}</button><a class="btn quiet" href="${agentsPath(c)}">${words.back}</a></div>
</form></div>`,
  })
}

/** Makes one, of the workspace that is administered or of the installation. */
export async function createAgent(c: Context<WebEnv>, deps: AgentAdmin) {
  const workspace = c.get('workspace')
  const owner = workspace ? { workspace } : {}
  checkMayChangeAgent(c, owner)
  const values = await readAgentForm(c)
  const draft = definitionIn(values)
  const id = deps.newId()
  try {
    checkDefinition(draft)
    await deps.store.atomically(async stores => {
      await stores.keptAgents.add({ id, draft, atMs: deps.nowMs(), ...owner })
      const detail = { name: draft.name }
      await auditAgent(stores, c, deps, { action: 'agent_created', agent: { id, ...owner }, detail })
    })
  } catch (thrown) {
    return newAgentPage(c, deps, refusedForm(c, thrown, values))
  }
  return c.redirect(withNotice(agentsPath(c, `/${id}`), 'agentSaved'), 303)
}

export interface Shown {
  readonly refused?: Refused
  readonly tried?: Tried
}

/** `/admin/agents/:id`: the draft with its try, and the versions. */
export async function agentPage(
  c: Context<WebEnv>,
  deps: AgentAdmin,
  agent: KeptAgent,
  { refused, tried }: Shown = {},
) {
  const words = c.get('words').agents
  const typed = refused?.typed ?? tried?.typed ?? { ...nothingTyped, values: valuesOf(agent.draft) }
  const isOpen = mayChange(c, agent) && !agent.archived
  return adminPage(c, 'agents', {
    title: agent.draft.name,
    refused,
    scripts: ['hints.js'],
    body: html`${agentsTop(c, {
      title: agent.draft.name,
      about: html`${chips(c, agent)}`,
      back: agentsPath(c),
      ...(mayChange(c, agent) ? { actions: actions(c, agent) } : {}),
    })}
<div class="flow"><div class="agents agent-edit">${isOpen ? html`<div>` : html`<div><p class="notice warn agent-told">${agent.archived ? words.archivedAbout : words.readOnly}</p>`}
<form id="agent" method="post" action="${agentsPath(c, `/${agent.id}`)}" data-hints>
<input type="hidden" name="revision" value="${typed.values['revision'] ?? agent.revision}">
<fieldset class="agent-fields"${isOpen ? '' : html` disabled`}>${agentFields(c, typed, deps.usualModel)}</fieldset>
${isOpen ? html`<div class="form-actions agent-save"><button class="btn primary" name="save" value="1">${words.save}</button><button class="btn" name="publish" value="1">${words.publish}</button></div>` : ''}
</form></div>
<div class="agent-side">${isOpen ? tryPane(c, agent.id, typed, tried) : ''}${await versionsCard(c, deps, agent)}</div></div></div>`,
  })
}

function actions(c: Context<WebEnv>, { id, archived }: KeptAgent): Html {
  const words = c.get('words').agents
  const to = archived ? 'restore' : 'archive'
  return html`<form method="post" action="${agentsPath(c, `/${id}/duplicate`)}"><button class="btn">${words.duplicate}</button></form>
<form method="post" action="${agentsPath(c, `/${id}/${to}`)}"><button class="btn${archived ? '' : ' danger'}">${words[to]}</button></form>`
}

/** Keeps what was typed; with the other button it answers from now on. */
export async function saveAgent(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent) {
  checkMayChangeAgent(c, agent)
  const values = await readAgentForm(c)
  const draft = definitionIn(values)
  const publishes = Boolean(values['publish'])
  try {
    checkDefinition(draft)
    await deps.store.atomically(async stores => {
      const atMs = deps.nowMs()
      await stores.keptAgents.saveDraft(agent.id, draft, Number(values['revision']), atMs)
      const changed = changesOf(agent.draft, draft)
      if (Object.keys(changed).length > 0)
        await auditAgent(stores, c, deps, { action: 'agent_changed', agent, detail: changed })
      if (!publishes) return
      const before = agent.published?.version ?? null
      const after = await stores.keptAgents.publish(agent.id, { by: authorityIn(c).memberId, atMs })
      const detail = { name: draft.name, before, after }
      await auditAgent(stores, c, deps, { action: 'agent_published', agent, detail })
    })
  } catch (thrown) {
    return agentPage(c, deps, agent, { refused: refusedForm(c, thrown, values) })
  }
  const notice = publishes ? 'agentPublished' : 'agentSaved'
  return c.redirect(withNotice(agentsPath(c, `/${agent.id}`), notice), 303)
}

/** A draft of its own with another name. */
export async function duplicateAgent(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent) {
  const workspace = c.get('workspace')
  const owner = workspace ? { workspace } : {}
  checkMayChangeAgent(c, owner)
  const taken = new Set((await deps.store.keptAgents.list(workspace)).map(({ draft }) => draft.name))
  const copy = c.get('words').agents.copyOf(agent.draft.name)
  let name = copy
  for (let number = 2; taken.has(name); number += 1) name = `${copy} ${number}`
  const draft = { ...agent.draft, name }
  const id = deps.newId()
  await deps.store.atomically(async stores => {
    await stores.keptAgents.add({ id, draft, atMs: deps.nowMs(), ...owner })
    const detail = { name, from: agent.id }
    await auditAgent(stores, c, deps, { action: 'agent_duplicated', agent: { id, ...owner }, detail })
  })
  return c.redirect(withNotice(agentsPath(c, `/${id}`), 'agentSaved'), 303)
}

export async function archiveAgent(
  c: Context<WebEnv>,
  deps: AgentAdmin,
  agent: KeptAgent,
  archives: boolean,
) {
  checkMayChangeAgent(c, agent)
  const values = valuesOf(agent.draft)
  try {
    await deps.store.atomically(async stores => {
      await stores.keptAgents.setArchived(agent.id, archives ? deps.nowMs() : null)
      const detail = { name: agent.draft.name, before: agent.archived, after: archives }
      const action = archives ? 'agent_archived' : 'agent_restored'
      await auditAgent(stores, c, deps, { action, agent, detail })
    })
  } catch (thrown) {
    return agentPage(c, deps, agent, { refused: refusedForm(c, thrown, values) })
  }
  const path = archives ? agentsPath(c) : agentsPath(c, `/${agent.id}`)
  return c.redirect(withNotice(path, archives ? 'agentArchived' : 'agentRestored'), 303)
}

/** Each field that changed, before and after. */
function changesOf(before: AgentDefinition, after: AgentDefinition): Record<string, string> {
  return Object.fromEntries(
    definitionFields.flatMap(field => {
      const [from, to] = [textOf(before, field), textOf(after, field)]
      return from === to
        ? []
        : [
            [`${field} before`, inShort(from)],
            [`${field} after`, inShort(to)],
          ]
    }),
  )
}
