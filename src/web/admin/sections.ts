import { html } from 'hono/html'
import { type Authority, mayAudit, mayManage } from '../../core/authority.ts'
import type { Words } from '../../core/words.ts'
import { isIn, type NamedWorkspace, type Workspace } from '../../core/workspace.ts'
import type { Html } from '../views/html.ts'

/** Pages of /admin, in the order in which they are listed. Each is a module of its own. */
export const adminSections = [
  'overview',
  'members',
  'channels',
  'agents',
  'quotas',
  'usage',
  'prices',
  'providers',
  'policy',
  'retention',
  'audit',
  'glass',
  'settings',
] as const
export type AdminSection = (typeof adminSections)[number]

/** To whom each is shown: who reads numbers and settings, who manages what is looked at, or who manages the whole installation. */
const readers: Readonly<Record<AdminSection, 'auditors' | 'managers' | 'installation'>> = {
  overview: 'auditors',
  members: 'auditors',
  channels: 'auditors',
  agents: 'managers',
  quotas: 'auditors',
  usage: 'auditors',
  prices: 'auditors',
  providers: 'installation',
  policy: 'auditors',
  retention: 'auditors',
  audit: 'auditors',
  glass: 'installation',
  settings: 'auditors',
}

/** Whether this page has anything for them there. */
export function seesSection(authority: Authority, section: AdminSection, workspace?: Workspace): boolean {
  switch (readers[section]) {
    case 'auditors':
      return mayAudit(authority, workspace)
    case 'managers':
      return mayManage(authority, workspace)
    case 'installation':
      return mayManage(authority)
  }
}

/** Who looks at what, and which page it is. */
export interface Sections {
  readonly words: Words
  readonly authority: Authority
  readonly workspace: Workspace | undefined
  readonly workspaces: readonly NamedWorkspace[]
  readonly current: AdminSection
  readonly address: (section: AdminSection, workspace?: Workspace) => string
}

/** Beside the page. */
export function sectionsNav(shown: Sections): Html {
  return html`<h2 class="list-head">${shown.words.admin.heading}</h2>${workspaceSwitch(shown)}${links(shown)}`
}

/** Above the page, where there is no room beside it. */
export function sectionsMenu(shown: Sections): Html {
  const { admin } = shown.words
  return html`<nav class="sections-menu" aria-label="${admin.heading}"><details class="menu" data-menu><summary class="btn"><span>${admin.heading}</span><b>${admin.sections[shown.current]}</b></summary>
<div class="menu-sheet">${links(shown)}</div></details>${workspaceSwitch(shown)}</nav>`
}

function links({ words, authority, workspace, current, address }: Sections) {
  return adminSections
    .filter(section => seesSection(authority, section, workspace))
    .map(
      section =>
        html`<a class="item" href="${address(section, workspace)}"${section === current ? html` aria-current="page"` : ''}><b>${words.admin.sections[section]}</b></a>`,
    )
}

/** One that has no choice is told where they are. */
function workspaceSwitch({ words, authority, workspace, workspaces, current, address }: Sections) {
  const { admin } = words
  const all = mayAudit(authority)
  const now = workspace === undefined ? admin.everything : workspaceName(words, workspace, workspaces)
  if (workspaces.length + Number(all) < 2) return html`<p class="switch meta">${now}</p>`
  const choice = (name: string, to: string, chosen: boolean) =>
    html`<a href="${to}"${chosen ? html` aria-current="true"` : ''}>${name}</a>`
  return html`<details class="menu switch" data-menu><summary class="btn"><span class="unseen">${admin.workspace}: </span><span class="switch-name">${now}</span></summary><div class="menu-sheet">
${all ? choice(admin.everything, address(current), workspace === undefined) : ''}${workspaces.map(one =>
  choice(
    workspaceName(words, one, workspaces),
    address(current, one),
    workspace !== undefined && isIn(one, workspace),
  ),
)}</div></details>`
}

/** As its platform calls it, and which platform that is. */
export function workspaceName(
  { linking }: Words,
  workspace: Workspace,
  known: readonly NamedWorkspace[] = [],
): string {
  const service = linking.service(workspace.platform)
  if (workspace.platform === 'web') return service
  const name = known.find(one => isIn(one, workspace))?.name ?? workspace.workspaceId
  return `${name} (${service})`
}
