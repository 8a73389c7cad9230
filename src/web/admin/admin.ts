import type { Context, MiddlewareHandler } from 'hono'
import { type Authority, authorityOf, checkManages, mayAudit, seesAdmin } from '../../core/authority.ts'
import type { WorkspaceRoles } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Act } from '../../core/managing.ts'
import { parseWorkspace, type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { type Page, page } from '../frame.ts'
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
    const signedIn = c.get('signedIn')
    if (!signedIn) return toSignIn(c)
    const authority = authorityOf(signedIn.member, await roles.of(signedIn.member.id))
    if (!seesAdmin(authority)) throw forbidden()
    const asked = c.req.query('workspace') || undefined
    const workspace = asked === undefined ? onlyWorkspaceOf(authority) : parseWorkspace(asked)
    if (asked !== undefined && !workspace) throw new ParleyError('not_found', 'There is no such workspace.')
    if (!mayAudit(authority, workspace)) throw forbidden()
    c.set('authority', authority)
    c.set('workspace', workspace)
    if (!c.req.path.startsWith('/api/')) c.set('workspaces', await roles.visibleTo(authority))
    return next()
  }
}

function toSignIn(c: Context<WebEnv>): Response {
  if (c.req.path.startsWith('/api/')) throw new ParleyError('unauthenticated', 'Nobody is signed in.')
  if (c.req.method !== 'GET') return c.redirect('/login?notice=sessionEnded', 303)
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(`/login?next=${encodeURIComponent(pathname + search)}`, 303)
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
  return within(c, section === 'overview' ? '/admin' : `/admin/${section}`, query)
}

/** Any address, with the workspace that is administered. */
export function within(
  c: Context<WebEnv>,
  path: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const workspace = c.get('workspace')
  const asked = new URLSearchParams({
    ...(workspace ? { workspace: workspaceKey(workspace) } : {}),
    ...query,
  })
  return asked.size === 0 ? path : `${path}?${asked.toString()}`
}

/** A page of /admin, with all sections beside it; in a narrow window above it, folded. */
export function adminPage(
  c: Context<WebEnv>,
  section: AdminSection,
  shown: Omit<Page, 'list' | 'wide'>,
): Promise<Response> {
  const bodies = Array.isArray(shown.body) ? shown.body : [shown.body]
  const address = (one: AdminSection, workspace?: Workspace) =>
    addressOf(one, workspace === undefined ? undefined : workspaceKey(workspace))
  const standing = {
    words: c.get('words'),
    authority: authorityIn(c),
    workspace: c.get('workspace'),
    workspaces: c.get('workspaces') ?? [],
    current: section,
    address,
  }
  return page(c, {
    ...shown,
    body: [sectionsMenu(standing), ...bodies],
    list: sectionsNav(standing),
    listLabel: standing.words.admin.heading,
  })
}

function addressOf(section: AdminSection, workspace: string | undefined): string {
  const path = section === 'overview' ? '/admin' : `/admin/${section}`
  return workspace === undefined ? path : `${path}?workspace=${encodeURIComponent(workspace)}`
}
