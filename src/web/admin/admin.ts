import type { Context, MiddlewareHandler } from 'hono'
import { type Authority, authorityOf, checkManages, mayAudit, seesAdmin } from '../../core/authority.ts'
import type { WorkspaceRoles } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Act } from '../../core/managing.ts'
import { parseWorkspace, type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { type Page, page } from '../frame.ts'
import { toSignIn } from '../pages/member-only.ts'
import { type AdminSection, sectionsNav, sectionsMenu } from './sections.ts'

export { type AdminSection, adminSections } from './sections.ts'

/** What tells who may look at which workspace. */
export type AdminRoles = Pick<WorkspaceRoles, 'of' | 'visibleTo'>

/**
 * Lets in who administers or audits what is asked for; anybody else gets `forbidden`. Strangers are shown the way to sign
 * in, and told `unauthenticated` below /api/.
 */
export function adminOnly(roles: AdminRoles): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const isPage = !c.req.path.startsWith('/api/')
    if (isPage && !c.get('signedIn')) return toSignIn(c)
    const authority = await admit(c, roles, onlyWorkspaceOf)
    if (isPage) c.set('workspaces', await roles.visibleTo(authority))
    return next()
  }
}

/** The same for programs that mean the installation where they name no workspace. */
export function adminNaming(roles: Pick<AdminRoles, 'of'>): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    await admit(c, roles, () => undefined)
    await next()
  }
}

async function admit(
  c: Context<WebEnv>,
  roles: Pick<AdminRoles, 'of'>,
  usual: (authority: Authority) => Workspace | undefined,
): Promise<Authority> {
  const signedIn = c.get('signedIn')
  if (!signedIn) throw new ParleyError('unauthenticated', 'Nobody is signed in.')
  const authority = authorityOf(signedIn.member, await roles.of(signedIn.member.id))
  if (!seesAdmin(authority)) throw forbidden()
  const asked = c.req.query('workspace') || undefined
  const workspace = asked === undefined ? usual(authority) : workspaceNamed(asked)
  if (asked !== undefined && !workspace) throw new ParleyError('not_found', 'There is no such workspace.')
  if (!mayAudit(authority, workspace)) throw forbidden()
  c.set('authority', authority)
  c.set('workspace', workspace)
  return authority
}

/** `slack:T1`, or the bare id: Discord's are numbers, Slack's begin with T or E. */
function workspaceNamed(text: string): Workspace | undefined {
  const whole = parseWorkspace(text)
  if (whole) return whole
  if (/^\d+$/.test(text) || text === '@me') return { platform: 'discord', workspaceId: text }
  if (/^[TE][A-Z0-9]+$/.test(text)) return { platform: 'slack', workspaceId: text }
  return text === 'web' ? { platform: 'web', workspaceId: text } : undefined
}

const forbidden = () => new ParleyError('forbidden', 'This is for those who manage it.')

/** Who administers workspaces only begins with the first of them. */
function onlyWorkspaceOf({ role, workspaces }: Authority): Workspace | undefined {
  return role === 'member' ? workspaces[0] : undefined
}

/** Before anything is changed: throws `forbidden` for auditors. */
export function checkMayChange(c: Context<WebEnv>): void {
  checkManages(authorityIn(c), c.get('workspace'))
}

/** For what concerns everybody, whichever workspace is looked at: throws `forbidden` for who manages workspaces only. */
export function checkManagesAll(c: Context<WebEnv>): void {
  checkManages(authorityIn(c))
}

/** For numbers that are everybody's: throws `forbidden` for who audits workspaces only. */
export function checkAuditsAll(c: Context<WebEnv>): void {
  if (!mayAudit(authorityIn(c))) throw forbidden()
}

/** Of whoever a route behind `adminOnly` serves. */
export function authorityIn(c: Context<WebEnv>): Authority {
  const authority = c.get('authority')
  if (!authority) throw new Error('This route is not behind adminOnly.')
  return authority
}

/** Who acts by this request, when and from where, as the audit says it. */
export function actOf(
  c: Context<WebEnv>,
  { nowMs, address }: { readonly nowMs: () => number; readonly address: (c: Context) => string | undefined },
): Act {
  const from = address(c)
  return {
    memberId: authorityIn(c).memberId,
    atMs: nowMs(),
    ...(from === undefined ? {} : { address: from }),
  }
}

/** An address of /admin that stays in the workspace that is administered. */
export function adminPath(
  c: Context<WebEnv>,
  section: AdminSection,
  query: Readonly<Record<string, string>> = {},
): string {
  return within(c, pathOf(section), query)
}

/** Any address, with the workspace that is administered. */
export function within(
  c: Context<WebEnv>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  return addressOf(path, c.get('workspace'), query)
}

/** A page of /admin, with all sections beside it; in a narrow window above it, folded. */
export function adminPage(
  c: Context<WebEnv>,
  section: AdminSection,
  shown: Omit<Page, 'list' | 'wide'>,
): Promise<Response> {
  const bodies = Array.isArray(shown.body) ? shown.body : [shown.body]
  const standing = {
    words: c.get('words'),
    authority: authorityIn(c),
    workspace: c.get('workspace'),
    workspaces: c.get('workspaces') ?? [],
    current: section,
    address: (one: AdminSection, workspace?: Workspace) => addressOf(pathOf(one), workspace),
  }
  return page(c, {
    ...shown,
    body: [sectionsMenu(standing), ...bodies],
    list: sectionsNav(standing),
    listLabel: standing.words.admin.heading,
  })
}

function pathOf(section: AdminSection): string {
  return section === 'overview' ? '/admin' : `/admin/${section}`
}

function addressOf(
  path: string,
  workspace: Workspace | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const asked = new URLSearchParams({
    ...(workspace ? { workspace: workspaceKey(workspace) } : {}),
    ...query,
  })
  return asked.size === 0 ? path : `${path}?${asked.toString()}`
}
