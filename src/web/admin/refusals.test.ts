import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSessionTokens } from '../../adapters/jose/session-tokens.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { createStore } from '../../adapters/postgres/store.ts'
import { startTestPostgres, type TestPostgres } from '../../adapters/postgres/testing/databases.ts'
import { readConfig } from '../../config.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { type Parley, startParley } from '../../parley.ts'
import { type AdminViewer, gatherIn, viewers } from '../testing/admin-house.ts'

/**
 * Who is let through to each route of those who manage, of a whole Parley, asked about the workspace `slack:T1`:
 * everybody else is refused before anything is looked up or done. A new route fails here until it has its line, and so
 * does a line without a route.
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
  'GET /admin/channels': readers,
  'GET /admin/channels/:platform/:workspace/:channel': readers,
  'GET /admin/policy': readers,
  'POST /admin/policy': managers,
  'GET /admin/retention': readers,
  'POST /admin/retention': managers,
  'POST /admin/retention/remove': managers,
  'GET /admin/settings': readers,
  'POST /admin/settings': managers,
  'GET /admin/providers': installation,
  'GET /admin/providers/new': installation,
  'POST /admin/providers/new': installation,
  'GET /admin/providers/:id': installation,
  'POST /admin/providers/:id': installation,
  'POST /admin/providers/:id/move': installation,
  'POST /admin/providers/:id/remove': installation,
  'POST /admin/providers/:id/test': installation,
  'GET /admin/agents': readers,
  'POST /admin/agents': managers,
  'GET /admin/agents/new': managers,
  'GET /admin/agents/places': readers,
  'POST /admin/agents/places': managers,
  'GET /admin/agents/notes': readers,
  'POST /admin/agents/notes': managers,
  'GET /admin/agents/:id': readers,
  'POST /admin/agents/:id': managers,
  'POST /admin/agents/:id/try': managers,
  'POST /admin/agents/:id/duplicate': managers,
  'POST /admin/agents/:id/archive': managers,
  'POST /admin/agents/:id/restore': managers,
  'POST /admin/agents/:id/rollback': managers,
  'GET /admin/agents/:id/versions/:version': readers,
  'GET /admin/quotas': readers,
  'POST /admin/quotas': managers,
  'GET /admin/usage': readers,
  'GET /admin/usage.csv': readers,
  'GET /admin/prices': readers,
  'POST /admin/prices': installation,
  'GET /admin/claim': everybody,
  'POST /admin/claim': everybody,
  'GET /api/v1/admin/quotas': readers,
  'PUT /api/v1/admin/quotas': managers,
  'GET /api/v1/admin/prices': ['auditor', ...installation],
  'PUT /api/v1/admin/prices': installation,
  'GET /api/v1/admin/overview': readers,
  'GET /api/v1/admin/audit': readers,
  'GET /api/v1/admin/members': readers,
  'GET /api/v1/admin/members/:id': readers,
  'PATCH /api/v1/admin/members/:id': managers,
  'DELETE /api/v1/admin/members/:id': installation,
  'DELETE /api/v1/admin/members/:id/sessions': installation,
  'DELETE /api/v1/admin/members/:id/sessions/:session': installation,
}

const secretKey = 'a secret key of the tests that is long enough'
const tokens = new Map<AdminViewer, string>()
let dir: string
let postgres: TestPostgres
let database: Database
let parley: Parley

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-refusals-'))
  postgres = await startTestPostgres()
  database = await openDatabase({ url: postgres.url }, { log: silentLog })
  const config = readConfig({ PORT: '0', DATA_DIR: dir, DATABASE_URL: postgres.url, SECRET_KEY: secretKey })
  parley = await startParley(config, { log: silentLog })
  const store = createStore(database)
  const issue = createSessionTokens({ secretKeys: [secretKey], issuer: parley.url })
  for (const [viewer, member] of Object.entries(await gatherIn(store))) {
    if (!member) continue
    const atMs = Date.now()
    const session = await store.sessions.start({
      memberId: member.id,
      method: 'password',
      atMs,
      expiresAtMs: atMs + 60_000_000,
      refreshHash: viewer,
    })
    tokens.set(viewer as AdminViewer, await issue.issue(session, atMs))
  }
}, 90_000)
afterAll(async () => {
  await parley.stop()
  await database.close()
  await postgres.drop()
  rmSync(dir, { recursive: true, force: true })
})

const routes = () => [
  ...new Set(
    parley.routes
      .filter(({ path }) => /^(?:\/api\/v1)?\/admin(?:$|[/.])/.test(path) && !path.includes('*'))
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`),
  ),
]

async function outcome(viewer: AdminViewer, route: string): Promise<'refused' | 'let through'> {
  const [method = '', path = ''] = route.split(' ')
  const token = tokens.get(viewer)
  const isApi = path.startsWith('/api/')
  const sends = ['POST', 'PUT', 'PATCH'].includes(method)
  const type = isApi ? 'application/json' : 'application/x-www-form-urlencoded'
  const response = await fetch(`${parley.url}${path.replaceAll(/:\w+/g, 'none')}?workspace=slack:T1`, {
    method,
    redirect: 'manual',
    headers: {
      accept: isApi ? 'application/json' : 'text/html',
      origin: parley.url,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(sends ? { 'content-type': type } : {}),
    },
    // What is put is a list.
    ...(sends ? { body: !isApi ? '' : method === 'PUT' ? '[]' : '{}' } : {}),
  })
  await response.arrayBuffer()
  if (response.status >= 500) throw new Error(`${viewer} broke ${route}.`)
  const isSentAway = response.headers.get('location')?.startsWith('/login') === true
  return [401, 403].includes(response.status) || isSentAway ? 'refused' : 'let through'
}

it('has a line for every route, and a route for every line', () => {
  expect(routes().toSorted()).toEqual(Object.keys(letThrough).toSorted())
})

it.each(Object.entries(letThrough))('%s lets through %j alone', async (route, expected) => {
  const through: AdminViewer[] = []
  for (const viewer of viewers) if ((await outcome(viewer, route)) === 'let through') through.push(viewer)
  expect(through).toEqual(viewers.filter(viewer => expected.includes(viewer)))
})
