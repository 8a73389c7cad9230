import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { atMs } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import type { Role } from '../../core/member.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { createAdminQuotasApi } from './admin-quotas.ts'

const rule = { scope: 'member', id: '*', unit: 'requests', period: 'day', limit: 5 }

async function apiFor({ store }: TestDatabase) {
  const people = {
    ada: 'owner',
    grace: 'member',
    linus: 'auditor',
    hal: 'member',
  } as const satisfies Record<string, Role>
  for (const [name, role] of Object.entries(people)) {
    await store.members.add({ id: name, username: name, nickname: name })
    await store.members.change(name, { role })
  }
  await store.workspaceRoles.set('grace', { platform: 'slack', workspaceId: 'T1' }, 'admin')
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('words', wordsIn('en'))
    const id = c.req.header('x-person')
    const member = id === undefined ? undefined : await store.members.find(id)
    if (member)
      c.set('signedIn', {
        member,
        viewer: await store.members.viewer(member.id),
        sessionId: 's',
        via: 'bearer',
      })
    await next()
  })
  app.route('/', createAdminQuotasApi({ store, nowMs: () => atMs, address: () => '203.0.113.7' }))
  return async (person: string | undefined, method: string, path: string, body?: unknown) => {
    const answer = await app.request(`/api/v1/admin${path}`, {
      method,
      headers: {
        ...(person === undefined ? {} : { 'x-person': person }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as unknown }
  }
}

onEveryEngine('the API of limits and prices', open => {
  it('replaces the limits of the installation and of a workspace, on record with before and after', async () => {
    const home = await open()
    const call = await apiFor(home)
    expect(await call('ada', 'GET', '/quotas')).toEqual({ status: 200, body: [] })
    expect(await call('ada', 'PUT', '/quotas', [rule])).toEqual({ status: 200, body: [rule] })
    const own = [
      { ...rule, scope: 'channel', id: 'C1', unit: 'costMicros', period: 'month', soft: true },
      { ...rule, role: 'slack:admin', stepDownTo: 'cheap' },
    ]
    for (const workspace of ['slack:T1', 'T1'])
      expect(await call('ada', 'PUT', `/quotas?workspace=${workspace}`, own)).toEqual({
        status: 200,
        body: own,
      })
    expect((await call('ada', 'GET', '/quotas?workspace=T1')).body).toEqual(own)
    expect((await call('ada', 'GET', '/quotas')).body).toEqual([rule])
    expect((await call('ada', 'PUT', '/quotas', [])).body).toEqual([])
    const audits = await home.store.audits.list(
      { action: 'quotas_changed', subject: 'installation' },
      { limit: 9 },
    )
    expect(audits.find(({ detail }) => detail['after'] === '')).toMatchObject({
      actorId: 'ada',
      subject: 'installation',
      detail: { before: 'member *: 5 requests a day', after: '' },
      address: '203.0.113.7',
    })
  })

  it('lets nobody change what they do not manage', async () => {
    const home = await open()
    const call = await apiFor(home)
    const statuses = async (method: string, path: string, body?: unknown) => {
      const people = [undefined, 'hal', 'linus', 'grace', 'ada']
      return Promise.all(people.map(async person => (await call(person, method, path, body)).status))
    }
    expect(await statuses('GET', '/quotas')).toEqual([401, 403, 200, 403, 200])
    expect(await statuses('PUT', '/quotas', [rule])).toEqual([401, 403, 403, 403, 200])
    expect(await statuses('GET', '/quotas?workspace=T1')).toEqual([401, 403, 200, 200, 200])
    expect(await statuses('PUT', '/quotas?workspace=T1', [rule])).toEqual([401, 403, 403, 200, 200])
    expect(await statuses('PUT', '/quotas?workspace=T2', [rule])).toEqual([401, 403, 403, 403, 200])
    expect(await statuses('GET', '/prices')).toEqual([401, 403, 200, 403, 200])
    expect(await statuses('PUT', '/prices', [])).toEqual([401, 403, 403, 403, 200])
  })

  it('names what does not fit, and changes nothing then', async () => {
    const home = await open()
    const call = await apiFor(home)
    await call('ada', 'PUT', '/quotas', [rule])
    const bad = [
      [[{ ...rule, limit: -1 }], '0.limit'],
      [[{ ...rule, unit: 'words' }], '0.unit'],
      [[rule, rule], '1.id'],
      [[{ ...rule, limit: undefined }], '0.limit'],
    ] as const
    for (const [rules, field] of bad) {
      const answer = await call('ada', 'PUT', '/quotas', rules)
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid', errors: [{ field }] } })
    }
    const elsewhere = [{ ...rule, scope: 'workspace', id: 'T2' }]
    expect((await call('ada', 'PUT', '/quotas?workspace=T1', elsewhere)).status).toBe(422)
    expect((await call('ada', 'GET', '/quotas?workspace=!')).status).toBe(404)
    expect((await call('ada', 'GET', '/quotas')).body).toEqual([rule])
  })

  it('sets prices from now on and keeps what they were', async () => {
    const home = await open()
    const call = await apiFor(home)
    const price = { model: 'm', inputMicros: 1_250_000, cachedInputMicros: 125_000, outputMicros: 10_000_000 }
    const since = new Date(atMs).toISOString()
    expect(await call('ada', 'PUT', '/prices', [price])).toEqual({ status: 200, body: [{ ...price, since }] })
    expect((await call('ada', 'PUT', '/prices', [price])).status).toBe(200)
    expect((await call('ada', 'GET', '/prices?model=m')).body).toHaveLength(1)
    expect((await call('ada', 'GET', '/prices?model=n')).body).toEqual([])
    expect(await home.store.audits.list({ action: 'price_changed' }, { limit: 9 })).toMatchObject([
      { subject: 'm', detail: { before: null, after: 'input 1250000, cached 125000, output 10000000' } },
    ])
  })
})
