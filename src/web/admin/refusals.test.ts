import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStore } from '../../adapters/postgres/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import { acme, type AdminViewer, openAdminHouse, viewers } from '../testing/admin-house.ts'
import { workspaceKey } from '../../core/workspace.ts'

/**
 * Who is let through to each route of those who manage, asked about Acme: everybody else is refused before anything is
 * looked up or done. A new route fails here until it has its line, and so does a line without a route.
 */
const everybody = viewers.filter(viewer => viewer !== 'stranger')
const readers = ['auditor', 'workspaceAuditor', 'workspaceAdmin', 'admin', 'owner'] as const
const managers = ['workspaceAdmin', 'admin', 'owner'] as const
const installation = ['admin', 'owner'] as const

const letThrough: Readonly<Record<string, readonly AdminViewer[]>> = {
  'GET /admin': readers,
  'GET /admin/members': readers,
  'GET /admin/members/:id': readers,
  'POST /admin/members/:id/role': installation,
  'POST /admin/members/:id/suspend': installation,
  'POST /admin/members/:id/unsuspend': installation,
  'POST /admin/members/:id/sessions/end': installation,
  'POST /admin/members/:id/sessions/:session/end': installation,
  'POST /admin/members/:id/workspaces': managers,
  'POST /admin/members/:id/erase': installation,
  'GET /admin/audit': readers,
  'GET /admin/audit.csv': readers,
  'GET /admin/glass': installation,
  'POST /admin/glass': installation,
  'POST /admin/glass/:id/close': installation,
  'GET /admin/claim': everybody,
  'POST /admin/claim': everybody,
  'GET /api/v1/admin/overview': readers,
  'GET /api/v1/admin/audit': readers,
  'GET /api/v1/admin/members': readers,
  'GET /api/v1/admin/members/:id': readers,
  'PATCH /api/v1/admin/members/:id': managers,
  'DELETE /api/v1/admin/members/:id': installation,
  'DELETE /api/v1/admin/members/:id/sessions': installation,
  'DELETE /api/v1/admin/members/:id/sessions/:session': installation,
}

let opened: Awaited<ReturnType<typeof openTestEmbedded>>
let house: ReturnType<typeof openAdminHouse>
let people: Awaited<ReturnType<typeof house.gather>>

beforeAll(async () => {
  opened = await openTestEmbedded()
  house = openAdminHouse({ ...opened, store: createStore(opened.database) })
  people = await house.gather()
})
afterAll(() => opened.close())

const routes = () =>
  house.routes.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route, index, all) => all.indexOf(route) === index)

async function outcome(viewer: AdminViewer, route: string): Promise<'refused' | 'let through'> {
  const [method = '', path = ''] = route.split(' ')
  const asked = `${path.replaceAll(/:\w+/g, 'none')}?workspace=${workspaceKey(acme)}`
  const isApi = path.startsWith('/api/')
  const sent = method === 'POST' && !isApi ? { form: {} } : method === 'PATCH' ? { json: {} } : {}
  const { status, location } = await house.visit(people[viewer], asked, { method, ...sent })
  if (status >= 500) throw new Error(`${viewer} broke ${route}.`)
  const isSentAway = status === 303 && location.startsWith('/login')
  return status === 401 || status === 403 || isSentAway ? 'refused' : 'let through'
}

it('has a line for every route, and a route for every line', () => {
  expect(routes().toSorted()).toEqual(Object.keys(letThrough).toSorted())
})

it.each(Object.entries(letThrough))('%s lets through %j alone', async (route, expected) => {
  const through: AdminViewer[] = []
  for (const viewer of viewers) if ((await outcome(viewer, route)) === 'let through') through.push(viewer)
  expect(through).toEqual(viewers.filter(viewer => expected.includes(viewer)))
})

it('refuses who manages workspaces only whatever is asked about all of Parley', async () => {
  for (const viewer of ['workspaceAdmin', 'adminElsewhere', 'member'] as const) {
    const { status } = await house.visit(people[viewer], '/admin?workspace=slack:T9')
    expect([viewer, status]).toEqual([viewer, 403])
  }
})
