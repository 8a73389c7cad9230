import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCipher } from '../../adapters/jose/cipher.ts'
import { secrets } from '../../adapters/jose/secrets.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { systemClock } from '../../clock.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Member, Role } from '../../core/member.ts'
import type { ProviderHealth } from '../../core/provider.ts'
import { createProviderDesk } from '../../core/provider-desk.ts'
import { createSetup } from '../../core/setup.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { setupRoutes } from '../pages/setup.ts'
import { providerRoutes } from './providers.ts'

const planted = 'sk-planted-key-of-grace'
const environment = {
  id: 'environment',
  name: 'api.models.example',
  baseUrl: 'https://api.models.example/v1',
  models: ['gpt-5'],
  enabled: true,
  sendsApiKeyHeader: false,
  practice: false,
}
const draft = {
  name: 'Second',
  baseUrl: 'https://second.example/v1',
  models: 'gpt-5\nllama',
  key: planted,
  enabled: 'on',
}

onEveryEngine('the page of providers', open => {
  let store: TestDatabase['store']
  let health: ProviderHealth[]
  let verdict: ErrorCode | undefined
  beforeEach(async () => {
    ;({ store } = await open())
    health = []
    verdict = undefined
  })

  async function visit(member: Member | undefined, path: string, form?: Record<string, string>) {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'r')
      c.set('language', 'en')
      c.set('words', wordsIn('en'))
      const viewer = member && (await store.members.viewer(member.id))
      c.set('signedIn', member && viewer ? { member, viewer, sessionId: 's', via: 'cookie' } : undefined)
      await next()
    })
    const nowMs = () => systemClock.nowMs()
    const desk = createProviderDesk({
      store,
      cipher: createCipher(['the secret key of these tests, long enough']),
      newId: randomUUID,
      nowMs,
      checkUrl: url =>
        url.includes('inside') ? Promise.reject(new ParleyError('forbidden', 'No.')) : Promise.resolve(),
    })
    const setup = createSetup({ store, clock: systemClock, secrets, publicUrl: 'https://parley.example' })
    app.route('/', setupRoutes({ setup, address: () => '192.0.2.7' }))
    app.route(
      '/',
      providerRoutes({
        store,
        desk,
        environment,
        health: () => Promise.resolve(health),
        probe: () => Promise.resolve(verdict),
        address: () => '192.0.2.7',
      }),
    )
    app.onError(answerFailure(silentLog))
    const response = await app.request(path, {
      headers: { accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    const location = response.headers.get('location') ?? ''
    return { status: response.status, location, text: await response.text() }
  }

  async function join(name: string, role: Role = 'member'): Promise<Member> {
    const member = await addMember(store, name)
    return store.members.change(member.id, { role })
  }

  const keptId = async () => (await store.providers.list())[0]?.id ?? ''

  it('is open to owners and admins of the installation alone, on every route', async () => {
    const owner = await join('ada', 'owner')
    await visit(owner, '/admin/providers/new', draft)
    const id = await keptId()
    const linus = await join('linus')
    await store.workspaceRoles.set(linus.id, { platform: 'slack', workspaceId: 'T1' }, 'admin')
    const refused = [await join('member'), await join('auditor', 'auditor'), linus]
    const gets = ['/admin/providers', '/admin/providers/new', `/admin/providers/${id}`]
    const posts = ['new', id, `${id}/move`, `${id}/remove`, `${id}/test`].map(
      path => `/admin/providers/${path}`,
    )
    for (const member of refused) {
      for (const path of gets) expect((await visit(member, path)).status).toBe(403)
      for (const path of posts)
        expect((await visit(member, path, { ...draft, direction: 'up' })).status).toBe(403)
      expect((await visit(member, '/admin/providers?workspace=slack:T1')).status).toBe(403)
    }
    for (const path of gets) expect((await visit(undefined, path)).location).toMatch(/^\/login/)
    const admin = await join('grace', 'admin')
    for (const path of gets) expect((await visit(admin, path)).status).toBe(200)
    expect((await store.providers.list()).map(({ name }) => name)).toEqual(['Second'])
  })

  it('keeps what was typed, but never shows a key again', async () => {
    const owner = await join('ada', 'owner')
    const saved = await visit(owner, '/admin/providers/new', draft)
    expect([saved.status, saved.location]).toEqual([303, '/admin/providers?notice=providerSaved'])
    const id = await keptId()
    const wrong = await visit(owner, `/admin/providers/${id}`, {
      ...draft,
      baseUrl: 'https://inside.example/v1',
    })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('RELAY_ALLOWED_ENDPOINTS')
    const pages = [
      wrong,
      await visit(owner, `/admin/providers/${id}`),
      await visit(owner, '/admin/providers'),
    ]
    for (const { text } of pages) {
      expect(text).toContain('Second')
      expect(text).not.toContain('planted')
    }
    const taken = await visit(owner, '/admin/providers/new', { ...draft, name: 'SECOND' })
    expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('This is taken')])
    expect(taken.text).not.toContain('planted')
    expect((await visit(owner, '/admin/providers/nobody')).status).toBe(404)
  })

  it('pauses, moves, tests and removes', async () => {
    const owner = await join('ada', 'owner')
    await visit(owner, '/admin/providers/new', draft)
    await visit(owner, '/admin/providers/new', { ...draft, name: 'Third' })
    const id = await keptId()
    await visit(owner, `/admin/providers/${id}/move`, { direction: 'down' })
    expect((await store.providers.list()).map(({ name }) => name)).toEqual(['Third', 'Second'])
    const { enabled: _, ...paused } = draft
    await visit(owner, `/admin/providers/${id}`, { ...paused, key: '' })
    expect(await store.providers.find(id)).toMatchObject({ enabled: false, sealedKey: expect.any(String) })
    expect((await visit(owner, `/admin/providers/${id}/test`, {})).text).toContain('Second answers')
    verdict = 'model_auth'
    expect((await visit(owner, '/admin/providers/environment/test', {})).text).toContain(
      'it does not take the key',
    )
    await visit(owner, `/admin/providers/${id}/remove`, {})
    expect((await store.providers.list()).map(({ name }) => name)).toEqual(['Third'])
    expect((await store.audits.list({}, { limit: 9 })).map(({ action }) => action)).toEqual([
      'provider_removed',
      'provider_changed',
      'provider_moved',
      'provider_added',
      'provider_added',
    ])
  })

  it('says how each does', async () => {
    const owner = await join('ada', 'owner')
    await visit(owner, '/admin/providers/new', draft)
    health = [
      {
        providerId: 'environment',
        state: 'failing',
        failedAtMs: 0,
        error: 'model_overloaded',
        restsUntilMs: 60_000,
      },
      { providerId: await keptId(), state: 'good' },
    ]
    const { text } = await visit(owner, '/admin/providers')
    expect(text).toMatch(
      /Failing[^]*it has too much to do right now[^]*Others are asked first[^]*Answers well/,
    )
  })

  describe('the link of the first owner', () => {
    const link = async () => {
      const made = createSetup({ store, clock: systemClock, secrets, publicUrl: '' })
      return (await made.link()) ?? ''
    }

    it('shows what it does to anybody, and spends nothing', async () => {
      const path = await link()
      for (const member of [undefined, undefined, await join('ada')]) {
        const { status, text } = await visit(member, path)
        expect([status, text]).toEqual([200, expect.stringContaining('Make Parley yours')])
      }
      expect((await visit(undefined, path)).text).toContain(`/register?next=${encodeURIComponent(path)}`)
      expect((await visit(undefined, path, {})).location).toBe(`/login?next=${encodeURIComponent(path)}`)
      expect(await store.setupLinks.hasOwner()).toBe(false)
    })

    it('makes one owner, and is worth nothing afterwards', async () => {
      const path = await link()
      const [ada, grace] = [await join('ada'), await join('grace')]
      expect((await visit(ada, path, {})).location).toBe('/admin?notice=becameOwner')
      expect((await visit(grace, path, {})).status).toBe(410)
      expect((await visit(grace, path)).status).toBe(410)
      expect((await visit(undefined, '/setup/invented')).status).toBe(410)
      expect((await store.members.staff()).map(({ username, role }) => [username, role])).toEqual([
        ['ada', 'owner'],
      ])
    })
  })
})
