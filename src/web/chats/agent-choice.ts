import type { Context } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { signedInOf } from '../pages/member-only.ts'
import type { Html } from '../views/html.ts'
import type { ChatPages } from './chat-pages.ts'

/** Whom a new chat begins with; nothing where there is one alone. */
export async function agentSelect(c: Context<WebEnv>, { talk }: ChatPages): Promise<Html> {
  const { agents, usual, chosen = usual } = await talk.agents(signedInOf(c))
  if (agents.length < 2) return html``
  const words = c.get('words').agents
  return html`<label class="unseen" for="agent">${words.choose}</label><select id="agent" name="agent" class="agent-choice" title="${words.choose}">${agents.map(({ id, name }) => html`<option value="${id === chosen ? '' : id}"${id === chosen ? html` selected` : ''}>${name}</option>`)}</select>`
}

/** Who answers in a dialogue of the web, to be changed there. */
export async function agentForm(
  c: Context<WebEnv>,
  { talk }: ChatPages,
  dialogueId: string,
  current: string | undefined,
): Promise<Html> {
  const { agents, usual, chosen = usual } = await talk.agents(signedInOf(c))
  if (agents.length < 2) return html``
  const words = c.get('words').agents
  const nameOf = (id: string) => agents.find(agent => agent.id === id)?.name ?? ''
  return html`<form method="post" action="/chats/${dialogueId}/agent" class="menu-form"><label for="its-agent">${words.choose}</label><div class="row"><select id="its-agent" name="agent"><option value="">${words.chooseUsual(nameOf(chosen))}</option>${agents.map(({ id, name }) => html`<option value="${id}"${id === current ? html` selected` : ''}>${name}</option>`)}</select><button class="btn">${words.chooseSave}</button></div></form>`
}
