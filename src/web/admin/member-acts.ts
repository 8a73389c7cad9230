import { type Context, Hono } from 'hono'
import { mayTouch } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { FieldCode } from '../../core/field-problem.ts'
import { erase, giveRole, giveWorkspaceRole, signOut, suspend, unsuspend } from '../../core/managing.ts'
import { parseWorkspace } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { type NoticeKey, withNotice } from '../frame.ts'
import { readForm, refusedForm } from '../pages/form.ts'
import { actOf, adminOnly, authorityIn, checkManagesAll, checkMayChange, within } from './admin.ts'
import type { AdminPages } from './admin-pages.ts'
import { memberPage } from './member.ts'
import { findMember, isRole } from './members.ts'

/** One Member's page, and what its forms do. Who may do it is asked again where it is done. */
export function memberRoutes(deps: AdminPages): Hono<WebEnv> {
  const { store } = deps
  const app = new Hono<WebEnv>()
  app.use('/admin/members/:id/*', adminOnly(store.workspaceRoles))
  app.get('/admin/members/:id', c => shown(c, deps, c.req.param('id')))
  const attempt = (c: Context<WebEnv>, id: string, values: Values, work: () => Promise<NoticeKey>) =>
    attempted(c, deps, { id, values }, work)
  app.post('/admin/members/:id/role', async c => {
    checkManagesAll(c)
    const id = c.req.param('id')
    const { role } = await readForm(c, ['role'])
    return attempt(c, id, { role }, async () => {
      if (!isRole(role)) throw invalid('role', 'not_offered')
      await store.atomically(stores => giveRole(stores, actOf(c, deps), id, role))
      return 'roleChanged'
    })
  })
  app.post('/admin/members/:id/suspend', c => {
    checkManagesAll(c)
    const id = c.req.param('id')
    return attempt(c, id, {}, async () => {
      await store.atomically(stores => suspend(stores, actOf(c, deps), id))
      return 'memberSuspended'
    })
  })
  app.post('/admin/members/:id/unsuspend', c => {
    checkManagesAll(c)
    const id = c.req.param('id')
    return attempt(c, id, {}, async () => {
      await store.atomically(stores => unsuspend(stores, actOf(c, deps), id))
      return 'memberUnsuspended'
    })
  })
  const signingOut = (c: Context<WebEnv>, id: string, sessionId?: string) => {
    checkManagesAll(c)
    return attempt(c, id, {}, async () => {
      await store.atomically(stores => signOut(stores, actOf(c, deps), id, sessionId))
      return 'sessionsEnded'
    })
  }
  app.post('/admin/members/:id/sessions/end', c => signingOut(c, c.req.param('id')))
  app.post('/admin/members/:id/sessions/:session/end', c =>
    signingOut(c, c.req.param('id'), c.req.param('session')),
  )
  return app.route('/', furtherActs(deps))
}

function furtherActs(deps: AdminPages): Hono<WebEnv> {
  const { store } = deps
  const app = new Hono<WebEnv>()
  app.post('/admin/members/:id/workspaces', async c => {
    checkMayChange(c)
    const id = c.req.param('id')
    const typed = await readForm(c, ['in', 'workspaceRole'])
    return attempted(c, deps, { id, values: typed }, async () => {
      const workspace = parseWorkspace(typed.in)
      const role = typed.workspaceRole === '' ? undefined : typed.workspaceRole
      if (!workspace) throw invalid('in', 'not_offered')
      if (role !== undefined && role !== 'admin' && role !== 'auditor')
        throw invalid('workspaceRole', 'not_offered')
      await findMember(c, deps, id)
      await store.atomically(stores => giveWorkspaceRole(stores, actOf(c, deps), id, { workspace, role }))
      return 'workspaceRoleChanged'
    })
  })
  app.post('/admin/members/:id/erase', async c => {
    checkManagesAll(c)
    const id = c.req.param('id')
    const { username } = await readForm(c, ['username'])
    const { member } = await findMember(c, deps, id)
    try {
      if (username.trim().toLowerCase() !== member.username.toLowerCase())
        throw invalid('username', 'other_name')
      const receipt = await store.atomically(stores => erase(stores, actOf(c, deps), id))
      return c.redirect(`/forget/receipt/${receipt}`, 303)
    } catch (thrown) {
      return shown(c, deps, id, { thrown, values: { username } })
    }
  })
  return app
}

type Values = Readonly<Record<string, string>>

function invalid(field: string, code: FieldCode): ParleyError {
  return new ParleyError('invalid', 'Something typed cannot be taken.', { fields: [{ field, code }] })
}

async function attempted(
  c: Context<WebEnv>,
  deps: AdminPages,
  { id, values }: { readonly id: string; readonly values: Values },
  work: () => Promise<NoticeKey>,
): Promise<Response> {
  try {
    return c.redirect(withNotice(within(c, `/admin/members/${id}`), await work()), 303)
  } catch (thrown) {
    return shown(c, deps, id, { thrown, values })
  }
}

async function shown(
  c: Context<WebEnv>,
  deps: AdminPages,
  id: string,
  failed?: { readonly thrown: unknown; readonly values: Values },
): Promise<Response> {
  const { store, nowMs } = deps
  const refused = failed && refusedForm(c, failed.thrown, failed.values)
  const entry = await findMember(c, deps, id)
  const [identities, workspaceRoles, sessions] = await Promise.all([
    store.members.identities(id),
    store.workspaceRoles.of(id),
    mayTouch(authorityIn(c).role, entry.member.role) ? store.sessions.list(id, nowMs()) : [],
  ])
  return memberPage(c, { entry, identities, workspaceRoles, sessions }, refused)
}
