import type { Context, MiddlewareHandler } from 'hono'
import { html } from 'hono/html'
import {
  type Authority,
  authorityOf,
  mayAudit,
  checkManages,
  seesAdmin,
  type WorkspaceRoles,
} from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Words } from '../../core/words.ts'
import type { Workspace } from '../../core/workspace.ts'
import { parseWorkspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { type Page, page } from '../frame.ts'
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

/** Lets in who administers or audits what is asked for; anybody else gets `forbidden`, strangers the way to sign in. */
export function adminOnly(roles: Pick<WorkspaceRoles, 'of'>): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const signedIn = c.get('signedIn')
    if (!signedIn) {
      const { pathname, search } = new URL(c.req.url)
      return c.redirect(`/login?next=${encodeURIComponent(pathname + search)}`, 303)
    }
    const authority = authorityOf(signedIn.member, await roles.of(signedIn.member.id))
    if (!seesAdmin(authority)) throw new ParleyError('forbidden', 'This is for those who manage it.')
    const asked = c.req.query('workspace') || undefined
    const workspace = asked === undefined ? onlyWorkspaceOf(authority) : parseWorkspace(asked)
    if (asked !== undefined && !workspace) throw new ParleyError('not_found', 'There is no such workspace.')
    if (!mayAudit(authority, workspace))
      throw new ParleyError('forbidden', 'This is for those who manage it.')
    c.set('authority', authority)
    c.set('workspace', workspace)
    return next()
  }
}

/** Who administers workspaces only begins with the first of them. */
function onlyWorkspaceOf({ role, workspaces }: Authority): Workspace | undefined {
  return role === 'member' ? workspaces[0] : undefined
}

/** Before anything is changed: throws `forbidden` for auditors. */
export function checkMayChange(c: Context<WebEnv>): void {
  checkManages(authorityIn(c), c.get('workspace'))
}

/** Of whoever a route behind `adminOnly` serves. */
export function authorityIn(c: Context<WebEnv>): Authority {
  const authority = c.get('authority')
  if (!authority) throw new Error('This route is not behind adminOnly.')
  return authority
}

/** An address of /admin that stays in the workspace that is administered. */
export function adminPath(
  c: Context<WebEnv>,
  section: AdminSection,
  query: Record<string, string> = {},
): string {
  const workspace = c.get('workspace')
  const asked = new URLSearchParams({
    ...(workspace ? { workspace: workspaceKey(workspace) } : {}),
    ...query,
  })
  const path = section === 'overview' ? '/admin' : `/admin/${section}`
  return asked.size === 0 ? path : `${path}?${asked.toString()}`
}

/** A page of /admin, with all sections beside it. */
export function adminPage(
  c: Context<WebEnv>,
  section: AdminSection,
  shown: Omit<Page, 'list' | 'wide'>,
): Promise<Response> {
  return page(c, { ...shown, list: sections(c, section) })
}

function sections(c: Context<WebEnv>, current: AdminSection): Html {
  const words: Words['admin'] = c.get('words').admin
  return html`<h2 class="list-head">${words.heading}</h2>${adminSections.map(
    section =>
      html`<a class="item" href="${adminPath(c, section)}"${section === current ? html` aria-current="page"` : ''}><b>${words.sections[section]}</b></a>`,
  )}`
}
