import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import { type Role, roles } from '../../core/member.ts'
import type { RosterEntry, RosterFilter } from '../../core/roster.ts'
import { isPlatform } from '../../core/thread.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { cutPage } from '../cut-page.ts'
import { adminHead } from '../views/admin-head.ts'
import { avatar } from '../views/avatar.ts'
import { pager } from '../views/pager.ts'
import { dataTable } from '../views/table.ts'
import { when } from '../views/when.ts'
import { adminOnly, adminPage, adminPath, authorityIn, within } from './admin.ts'
import type { AdminPages } from './admin-pages.ts'
import { workspaceName } from './sections.ts'

const pageSize = 50

/** Everybody who has an account, as far as the viewer may know of them. */
export function membersRoutes({ store }: AdminPages): Hono<WebEnv> {
  return new Hono<WebEnv>().get('/admin/members', adminOnly(store.workspaceRoles), async c => {
    const asked = readFilter(c)
    const after = c.req.query('after')
    const found = await store.roster.list(asked.filter, {
      limit: pageSize + 1,
      ...(after === undefined ? {} : { after }),
    })
    const { members, admin } = c.get('words')
    const workspace = c.get('workspace')
    const { items: shown, last } = cutPage(found, pageSize)
    const next = last && adminPath(c, 'members', { ...asked.query, after: last.member.username })
    const first = after === undefined ? undefined : adminPath(c, 'members', asked.query)
    const about =
      workspace === undefined
        ? members.about
        : members.aboutWorkspace(workspaceName(c.get('words'), workspace, c.get('workspaces')))
    return adminPage(c, 'members', {
      title: admin.sections.members,
      body: html`${adminHead({ title: admin.sections.members, about })}<div class="column broad">${filters(c, asked)}
${shown.length === 0 ? nobody(c) : html`<div class="card flush">${table(c, shown)}</div>`}${pager(c.get('words'), { first, next })}</div>`,
    })
  })
}

interface Asked {
  readonly filter: RosterFilter
  /** As it stood in the address. */
  readonly query: Readonly<Record<string, string>>
}

/** Addresses are not told to who reads names only, not by a search either. */
export function seesAddresses(c: Context<WebEnv>): boolean {
  return mayManage(authorityIn(c))
}

export function readFilter(c: Context<WebEnv>): Asked {
  const of = (name: string) => c.req.query(name)?.slice(0, 100) ?? ''
  const [q, role, standing, platform] = [of('q'), of('role'), of('standing'), of('platform')]
  const workspace = c.get('workspace')
  const given = { q, role, standing, platform }
  return {
    filter: {
      q,
      byEmail: seesAddresses(c),
      ...(isRole(role) ? { role } : {}),
      ...(standing === 'suspended' || standing === 'active' ? { suspended: standing === 'suspended' } : {}),
      ...(isPlatform(platform) && platform !== 'web' ? { platform } : {}),
      ...(workspace === undefined ? {} : { workspace }),
    },
    query: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
  }
}

export function isRole(word: string): word is Role {
  return roles.some(role => role === word)
}

/** Who is not in the workspace that is looked at is not there. */
export async function findMember(
  c: Context<WebEnv>,
  { store }: AdminPages,
  id: string,
): Promise<RosterEntry> {
  const entry = await store.roster.find(id, c.get('workspace'))
  if (!entry) throw new ParleyError('not_found', 'There is no such member.')
  return entry
}

function filters(c: Context<WebEnv>, { query }: Asked) {
  const { members, linking } = c.get('words')
  const workspace = c.get('workspace')
  const choice = (
    name: string,
    label: string,
    all: string,
    options: readonly (readonly [string, string])[],
  ) =>
    html`<label><span>${label}</span><select name="${name}"><option value="">${all}</option>${options.map(([value, text]) => html`<option value="${value}"${query[name] === value ? html` selected` : ''}>${text}</option>`)}</select></label>`
  return html`<form class="filters" method="get" action="/admin/members">${workspace === undefined ? '' : html`<input type="hidden" name="workspace" value="${workspaceKey(workspace)}">`}
<label><span>${seesAddresses(c) ? members.search : members.searchNames}</span><input type="search" name="q" value="${query['q'] ?? ''}" autocomplete="off" spellcheck="false"></label>
${choice(
  'role',
  members.role,
  members.anyRole,
  roles.map(role => [role, members.roles[role]] as const),
)}
${choice('standing', members.standing, members.anyStanding, [
  ['active', members.active],
  ['suspended', members.suspended],
])}
${choice(
  'platform',
  members.platform,
  members.anyPlatform,
  (['slack', 'discord'] as const).map(one => [one, linking.service(one)] as const),
)}
<button class="btn">${members.find}</button></form>`
}

function nobody(c: Context<WebEnv>) {
  const { members } = c.get('words')
  return html`<div class="empty"><h2>${members.noneTitle}</h2><p>${members.none}</p><a class="btn" href="${adminPath(c, 'members')}">${members.showAll}</a></div>`
}

function table(c: Context<WebEnv>, rows: readonly RosterEntry[]) {
  const words = c.get('words')
  const { members, linking } = words
  return dataTable<RosterEntry>({
    caption: words.admin.sections.members,
    rows,
    columns: [
      {
        key: 'name',
        label: members.name,
        cell: ({ member }) =>
          html`<a class="person" href="${within(c, `/admin/members/${member.id}`)}">${avatar({ id: member.id, name: member.nickname, avatarTag: member.avatarTag })}<span>${member.nickname}<small>${member.username}</small></span></a>`,
      },
      { key: 'role', label: members.role, cell: ({ member }) => members.roles[member.role] },
      {
        key: 'accounts',
        label: members.accounts,
        cell: ({ platforms }) =>
          platforms.length === 0 ? members.onlyWeb : platforms.map(linking.service).join(', '),
      },
      {
        key: 'seen',
        label: members.seen,
        cell: ({ seenAtMs }) => (seenAtMs === undefined ? members.never : html`${when(c, seenAtMs)}`),
      },
      { key: 'standing', label: members.standing, cell: entry => standingChip(c, entry) },
    ],
  })
}

export function standingChip(c: Context<WebEnv>, { member, erasing }: RosterEntry) {
  const { members } = c.get('words')
  if (erasing) return html`<span class="chip bad">${members.erasing}</span>`
  if (member.suspended) return html`<span class="chip warn">${members.suspended}</span>`
  return html`<span class="chip good">${members.active}</span>`
}
