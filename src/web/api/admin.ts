import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { mayTouch, seesRole } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import { erase, giveRole, giveWorkspaceRole, signOut, suspend, unsuspend } from '../../core/managing.ts'
import { parseWorkspace } from '../../core/workspace.ts'
import { actOf, adminOnly, authorityIn, checkManagesAll, checkMayChange } from '../admin/admin.ts'
import type { AdminPages } from '../admin/admin-pages.ts'
import { toAuditFilter } from '../admin/audit.ts'
import { findMember, seesAddresses } from '../admin/members.ts'
import type { WebEnv } from '../context.ts'
import { cutPage } from '../cut-page.ts'
import * as shapes from './admin-shapes.ts'
import { createApi, given, refusals, requireJson, sent } from './api.ts'

const common = { tags: ['Administration'], security: [{ bearer: [] }] }
const refused = refusals({
  401: 'Not signed in.',
  403: 'Not for you, or not there.',
  404: 'There is none, or none in this workspace.',
  409: 'Not as things stand: `errors` says `last_owner` or `yourself` in words.',
  422: 'Something in the request is wrong; `errors` says where.',
})
const path = '/api/v1/admin'

const getOverview = createRoute({
  ...common,
  method: 'get',
  path: `${path}/overview`,
  summary: 'Today and this month in numbers; days and months in your time zone',
  request: { query: shapes.scope },
  responses: { 200: given('The numbers.', shapes.overview), ...refused },
})
const listMembers = createRoute({
  ...common,
  method: 'get',
  path: `${path}/members`,
  summary: 'Everybody who has an account, by username',
  request: { query: shapes.membersQuery },
  responses: { 200: given('A page.', shapes.memberList), ...refused },
})
const getMember = createRoute({
  ...common,
  method: 'get',
  path: `${path}/members/{id}`,
  summary: 'One member, with accounts, roles and sessions',
  request: { params: shapes.memberParam, query: shapes.scope },
  responses: { 200: given('The member.', shapes.managedMember), ...refused },
})
const changeMember = createRoute({
  ...common,
  method: 'patch',
  path: `${path}/members/{id}`,
  summary: 'Change a role, suspend, let back in: all of it or nothing',
  request: { params: shapes.memberParam, query: shapes.scope, ...sent(shapes.memberChange) },
  responses: { 200: given('As they are now.', shapes.managedMember), ...refused },
})
const eraseMember = createRoute({
  ...common,
  method: 'delete',
  path: `${path}/members/{id}`,
  summary: 'Erase a member and what they said',
  request: { params: shapes.memberParam, query: shapes.scope },
  responses: { 202: given('Begun.', shapes.erasing), ...refused },
})
const endSessions = createRoute({
  ...common,
  method: 'delete',
  path: `${path}/members/{id}/sessions`,
  summary: 'Sign a member out everywhere',
  request: { params: shapes.memberParam, query: shapes.scope },
  responses: { 200: given('How many ended.', shapes.ended), ...refused },
})
const endSession = createRoute({
  ...common,
  method: 'delete',
  path: `${path}/members/{id}/sessions/{session}`,
  summary: 'End one session of a member',
  request: { params: shapes.sessionParam, query: shapes.scope },
  responses: { 200: given('How many ended.', shapes.ended), ...refused },
})
const listAudits = createRoute({
  ...common,
  method: 'get',
  path: `${path}/audit`,
  summary: 'Who did what, newest first',
  request: { query: shapes.auditQuery },
  responses: { 200: given('A page.', shapes.auditList), ...refused },
})

/** What the pages of members, audits and the overview can do, for programs. */
export function createAdminApi(deps: AdminPages): OpenAPIHono<WebEnv> {
  const { store, nowMs } = deps
  const api = createApi()
  for (const part of ['overview', 'members/*', 'audit'])
    api.use(`${path}/${part}`, adminOnly(store.workspaceRoles), requireJson)
  api.openapi(getOverview, async c => {
    const workspace = c.get('workspace')
    const timeZone = c.get('signedIn')?.member.settings.timeZone ?? 'UTC'
    const asked = { timeZone, nowMs: nowMs(), ...(workspace === undefined ? {} : { workspace }) }
    const [seen, queue] = await Promise.all([
      store.overviews.look(asked),
      workspace === undefined ? store.overviews.queue(nowMs()) : undefined,
    ])
    return c.json(shapes.toOverview(seen, queue), 200)
  })
  api.openapi(listAudits, async c => {
    const { cursor, limit, workspace: _, ...query } = c.req.valid('query')
    const filter = await toAuditFilter(store, { query, workspace: c.get('workspace') })
    const page = { limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) }
    const found = filter === undefined ? [] : await store.audits.list(filter, page)
    return c.json(
      pageOf(found.map(shapes.toAudit), limit, ({ id }) => id),
      200,
    )
  })
  return membersApi(api, deps)
}

function membersApi(api: OpenAPIHono<WebEnv>, deps: AdminPages): OpenAPIHono<WebEnv> {
  const { store } = deps
  api.openapi(listMembers, async c => {
    const { cursor, limit, q, role, suspended, platform } = c.req.valid('query')
    const addresses = seesAddresses(c)
    const workspace = c.get('workspace')
    const filter = {
      byEmail: addresses,
      ...(q === undefined ? {} : { q }),
      ...(role === undefined ? {} : { role }),
      ...(suspended === undefined ? {} : { suspended }),
      ...(platform === undefined ? {} : { platform }),
      ...(workspace === undefined ? {} : { workspace }),
    }
    const page = { limit: limit + 1, ...(cursor === undefined ? {} : { after: cursor }) }
    const found = await store.roster.list(filter, page)
    const items = found.map(entry => shapes.toListed(entry, { addresses }))
    return c.json(
      pageOf(items, limit, ({ username }) => username),
      200,
    )
  })
  api.openapi(getMember, async c => c.json(await managed(c, deps, c.req.valid('param').id), 200))
  api.openapi(changeMember, async c => {
    const { id } = c.req.valid('param')
    const change = c.req.valid('json')
    if (change.role !== undefined || change.suspended !== undefined) checkManagesAll(c)
    else checkMayChange(c)
    await findMember(c, deps, id)
    await changeAll(c, deps, id, change)
    return c.json(await managed(c, deps, id), 200)
  })
  api.openapi(eraseMember, async c => {
    checkManagesAll(c)
    const { id } = c.req.valid('param')
    const receipt = await store.atomically(stores => erase(stores, actOf(c, deps), id))
    return c.json({ receipt }, 202)
  })
  api.openapi(endSessions, async c => {
    checkManagesAll(c)
    const { id } = c.req.valid('param')
    return c.json({ ended: await store.atomically(stores => signOut(stores, actOf(c, deps), id)) }, 200)
  })
  api.openapi(endSession, async c => {
    checkManagesAll(c)
    const { id, session } = c.req.valid('param')
    const ended = await store.atomically(stores => signOut(stores, actOf(c, deps), id, session))
    return c.json({ ended }, 200)
  })
  return api
}

async function changeAll(
  c: Context<WebEnv>,
  deps: AdminPages,
  id: string,
  { role, suspended, workspaceRole }: z.infer<typeof shapes.memberChange>,
): Promise<void> {
  const workspace = workspaceRole && parseWorkspace(workspaceRole.workspace)
  if (workspaceRole && !workspace)
    throw new ParleyError('invalid', 'There is no such workspace.', {
      fields: [{ field: 'workspaceRole.workspace', code: 'malformed' }],
    })
  const act = actOf(c, deps)
  await deps.store.atomically(async stores => {
    if (role !== undefined) await giveRole(stores, act, id, role)
    if (workspace && workspaceRole)
      await giveWorkspaceRole(stores, act, id, { workspace, role: workspaceRole.role ?? undefined })
    if (suspended !== undefined) await (suspended ? suspend : unsuspend)(stores, act, id)
  })
}

async function managed(
  c: Context<WebEnv>,
  deps: AdminPages,
  id: string,
): Promise<z.infer<typeof shapes.managedMember>> {
  const { store, nowMs } = deps
  const entry = await findMember(c, deps, id)
  const authority = authorityIn(c)
  const [accounts, workspaceRoles, sessions] = await Promise.all([
    store.members.identities(id),
    store.workspaceRoles.of(id),
    mayTouch(authority.role, entry.member.role) ? store.sessions.list(id, nowMs()) : [],
  ])
  const seen = workspaceRoles.filter(one => seesRole(authority, one))
  return {
    ...shapes.toListed(entry, { addresses: seesAddresses(c) }),
    accounts: accounts.map(account => ({
      id: account.id,
      platform: account.platform,
      name: account.name ?? null,
    })),
    workspaceRoles: seen.map(shapes.toWorkspaceRole),
    sessions: sessions.map(one => ({
      id: one.id,
      userAgent: one.userAgent ?? null,
      address: one.address ?? null,
      createdAt: new Date(one.createdAtMs).toISOString(),
      usedAt: new Date(one.usedAtMs).toISOString(),
    })),
  }
}

function pageOf<Item>(found: readonly Item[], limit: number, keyOf: (item: Item) => string) {
  const { items, last } = cutPage(found, limit)
  return { items: [...items], ...(last === undefined ? {} : { nextCursor: keyOf(last) }) }
}
