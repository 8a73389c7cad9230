import type { Context } from 'hono'
import { html } from 'hono/html'
import { mayAudit, mayManage } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { KeptAgent } from '../../core/kept-agent.ts'
import type { LanguageModel } from '../../core/model.ts'
import type { Store } from '../../core/store.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import type { Html } from '../views/html.ts'
import { adminPath, authorityIn } from './admin.ts'

/** What the pages of Agents are made of. */
export interface AgentAdmin {
  readonly store: Store
  /** Answers when an Agent is tried. */
  readonly model: LanguageModel
  /** Of Agents that name none. */
  readonly usualModel: string
  readonly nowMs: () => number
  readonly newId: () => string
  readonly addressOf: (c: Context) => string | undefined
}

/** An address below /admin/agents that stays in the workspace that is administered. */
export function agentsPath(c: Context<WebEnv>, rest = '', query: Record<string, string> = {}): string {
  const workspace = c.get('workspace')
  const asked = new URLSearchParams({
    ...(workspace ? { workspace: workspaceKey(workspace) } : {}),
    ...query,
  })
  return `/admin/agents${rest}${asked.size === 0 ? '' : `?${asked.toString()}`}`
}

/** The Agent of an address, for those who may see it: what is another workspace's is not there. */
export async function agentIn(c: Context<WebEnv>, { store }: AgentAdmin): Promise<KeptAgent> {
  const agent = await store.keptAgents.find(c.req.param('id') ?? '')
  const isSeen = agent && (agent.workspace === undefined || mayAudit(authorityIn(c), agent.workspace))
  if (!isSeen) throw new ParleyError('not_found', 'There is no such agent.')
  return agent
}

/** Whether whoever asks may change this Agent, or what concerns everybody. */
export function mayChange(c: Context<WebEnv>, of: Pick<KeptAgent, 'workspace'>): boolean {
  return mayManage(authorityIn(c), of.workspace)
}

/** Of pages and forms alike: throws `forbidden`. */
export function checkMayChangeAgent(c: Context<WebEnv>, of: Pick<KeptAgent, 'workspace'>): void {
  if (!mayChange(c, of)) throw new ParleyError('forbidden', 'This is for those who manage it.')
}

/** An audit of what was done to an Agent, or to what is said of a place. */
export function auditOf(
  c: Context<WebEnv>,
  deps: AgentAdmin,
  action: string,
  subject: string,
  detail: Readonly<Record<string, string | number | boolean | null>>,
) {
  const address = deps.addressOf(c)
  return {
    atMs: deps.nowMs(),
    actorId: authorityIn(c).memberId,
    action,
    subject,
    detail,
    ...(address === undefined ? {} : { address }),
  }
}

/** In an audit a long text is told by its beginning. */
export function inShort(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}

/** The head of a page of Agents, with the way back on a narrow window. */
export function agentsTop(
  c: Context<WebEnv>,
  { title, about, back, actions }: { title: string; about: Html | string; back?: string; actions?: Html },
): Html {
  const words = c.get('words').agents
  return html`<header class="top"><a class="back btn quiet square" href="${back ?? adminPath(c, 'overview')}" aria-label="${words.back}">‹</a><div><h1>${title}</h1><span class="meta">${about}</span></div><span class="spacer"></span>${actions ?? ''}</header>`
}

const tabs = ['agents', 'places', 'notes'] as const

export function agentsTabs(c: Context<WebEnv>, current: (typeof tabs)[number]): Html {
  const words = c.get('words').agents
  return html`<nav class="agent-tabs" aria-label="${words.tabs.agents}">${tabs.map(
    tab =>
      html`<a href="${agentsPath(c, tab === 'agents' ? '' : `/${tab}`)}"${tab === current ? html` aria-current="page"` : ''}>${words.tabs[tab]}</a>`,
  )}</nav>`
}
