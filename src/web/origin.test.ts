import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStore } from '../adapters/postgres/store.ts'
import { openTestEmbedded } from '../adapters/postgres/testing/databases.ts'
import { openAccounts, type TestAccounts } from '../testing/accounts.ts'
import { browse, serving } from './testing/serving.ts'

const ours = 'http://127.0.0.1:3000'
const friend = 'https://chat.example'
const foe = 'https://evil.example'

let house: TestAccounts
let close: () => Promise<void>
let memberId: string
let cookie: string
beforeAll(async () => {
  const opened = await openTestEmbedded()
  close = opened.close
  house = openAccounts(createStore(opened.database))
  memberId = (await house.ada()).member.id
})
beforeEach(async () => {
  const grant = await house.accounts.startSession(memberId, 'password', {})
  cookie = `parley-access=${grant.accessToken}; parley-refresh=${grant.refreshToken}`
})
afterAll(() => close())

const app = () => serving(house, { allowedOrigins: [friend] })

/** Every route that changes something, as the app itself lists them. */
function unsafeRoutes(): readonly (readonly [method: string, path: string])[] {
  const routes = app().routes.filter(({ method }) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
  const unique = new Map(routes.map(({ method, path }) => [`${method} ${path}`, [method, path] as const]))
  return [...unique.values()]
}

const contentTypes = [
  undefined,
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
]

async function askedFrom(
  headers: Readonly<Record<string, string>>,
  [method, path]: readonly [string, string],
  type: string | undefined,
) {
  const response = await app().request(`${ours}${path.replaceAll(/:\w+/g, 'x')}`, {
    method,
    headers: { cookie, ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
    body: new TextEncoder().encode('{}'),
  })
  return { status: response.status, code: JSON.parse((await response.text()) || '{}').code }
}

describe('what is asked from a foreign page', () => {
  it('is asked of many routes', () => {
    const listed = unsafeRoutes().map(([method, path]) => `${method} ${path}`)
    expect(listed).toEqual(
      expect.arrayContaining(['POST /login', 'POST /logout', 'POST /api/v1/logout', 'PATCH /api/v1/me']),
    )
    expect(listed.length).toBeGreaterThan(12)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another origin', { origin: foe }],
    ['no origin that can be named', { origin: 'null' }],
    ['our name on another port', { origin: 'http://127.0.0.1:3001' }],
    ['our name over https', { origin: 'https://127.0.0.1:3000' }],
    ['a name that begins as ours', { origin: 'http://127.0.0.1:3000.evil.example' }],
    ['another site without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of our site without an origin', { 'sec-fetch-site': 'same-site' }],
    ['our own name in a request from elsewhere', { origin: ours, 'sec-fetch-site': 'cross-site' }],
  ])('from %s it is refused on every route, whatever its body is', async (_, headers) => {
    for (const route of unsafeRoutes()) {
      for (const type of contentTypes) {
        expect([route, type, await askedFrom(headers, route, type)]).toEqual([
          route,
          type,
          { status: 403, code: 'foreign_origin' },
        ])
      }
    }
  })

  it('an allowed front end may use the API, not the pages', async () => {
    for (const route of unsafeRoutes()) {
      const isApi = route[1].startsWith('/api/v1/')
      const { code } = await askedFrom(
        { origin: friend, 'sec-fetch-site': 'cross-site' },
        route,
        'application/json',
      )
      expect([route, code === 'foreign_origin']).toEqual([route, !isApi])
    }
  })

  it('a token of its own does not open pages to it', async () => {
    const headers = { origin: foe, authorization: 'Bearer x' }
    expect(await askedFrom(headers, ['POST', '/logout'], undefined)).toEqual({
      status: 403,
      code: 'foreign_origin',
    })
    expect(await askedFrom(headers, ['PATCH', '/api/v1/me'], 'application/json')).toMatchObject({
      status: 401,
    })
  })
})

describe('what is asked from our own page', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['by its origin', { origin: ours, 'sec-fetch-site': 'same-origin' }],
    ['by its origin alone', { origin: ours }],
    ['by a program that is no browser', {}],
    ['by an address typed by hand', { 'sec-fetch-site': 'none' }],
  ])('%s is done', async (_, headers) => {
    expect(await askedFrom(headers, ['PATCH', '/api/v1/me'], 'application/json')).toMatchObject({
      status: 200,
    })
  })

  it('over plain http it goes by whatever name people use; behind TLS by one', async () => {
    const ask = (publicUrl: string, at: string, origin: string) =>
      serving(house, { publicUrl }).request(`${at}/api/v1/logout`, { method: 'POST', headers: { origin } })
    expect((await ask(ours, 'http://localhost:3000', 'http://localhost:3000')).status).toBe(204)
    expect(
      (await ask('https://parley.example', 'http://parley.example', 'http://parley.example')).status,
    ).toBe(403)
    expect(
      (await ask('https://parley.example', 'http://127.0.0.1:3000', 'https://parley.example')).status,
    ).toBe(204)
  })
})

describe('a front end on another origin', () => {
  const preflight = (origin: string, path: string) =>
    app().request(`${ours}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,content-type',
      },
    })

  it('asks first, and is told what it may', async () => {
    const answer = await preflight(friend, '/api/v1/me')
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': friend,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': expect.stringContaining('Authorization'),
      vary: expect.stringContaining('Origin'),
    })
  })

  it.each([
    [foe, '/api/v1/me'],
    ['null', '/api/v1/me'],
    [friend, '/profile'],
    [friend, '/login'],
  ])('%s is told nothing about %s', async (origin, path) => {
    const answer = await preflight(origin, path)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('may read answers and refusals, which a foreign page may not', async () => {
    const get = (origin: string) => app().request(`${ours}/api/v1/me`, { headers: { origin } })
    const allowed = await get(friend)
    expect(allowed.status).toBe(401)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(friend)
    expect(allowed.headers.get('vary')).toContain('Origin')
    const foreign = await get(foe)
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    expect(foreign.headers.get('vary')).toContain('Origin')
    const nothing = await app().request(`${ours}/api/v1/nothing`, { headers: { origin: friend } })
    expect([nothing.status, nothing.headers.get('access-control-allow-origin')]).toEqual([404, friend])
  })

  it('on another site holds its session in a cookie that is its own alone', async () => {
    const publicUrl = 'https://parley.example'
    const own = serving(house, { publicUrl, allowedOrigins: [friend] })
    const { ask } = browse(own, publicUrl)
    const login = (headers: Readonly<Record<string, string>>) =>
      ask('POST', '/api/v1/login', {
        json: { email: 'ada@example.com', password: 'the engine weaves algebra' },
        headers,
      })
    const elsewhere = await login({ origin: friend, 'sec-fetch-site': 'cross-site' })
    expect(elsewhere.headers.get('set-cookie')).toMatch(
      /^__Host-parley-refresh=.*Secure; SameSite=None; Partitioned$/,
    )
    expect((await login({ origin: publicUrl })).headers.get('set-cookie')).toMatch(/SameSite=Lax$/)
  })
})

it('the API describes itself', async () => {
  const document = await (await app().request(`${ours}/api/openapi.json`)).json()
  expect(document).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: ours }],
    paths: {
      '/api/v1/login': { post: { responses: { 200: {}, 401: {}, 429: {} } } },
      '/api/v1/me': { get: { security: [{ bearer: [] }] }, patch: {} },
    },
    components: { securitySchemes: { bearer: { scheme: 'bearer' } }, schemas: { Problem: {}, Me: {} } },
  })
})
