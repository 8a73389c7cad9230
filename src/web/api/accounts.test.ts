import { expect, it } from 'vitest'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { adaEmail, openAccounts, testPassword } from '../../testing/accounts.ts'
import { browse, serving } from '../testing/serving.ts'

const credentials = { email: adaEmail, password: testPassword }
const newAda = { ...credentials, username: 'ada' }
/** What it says, whatever it is. */
const read = async (response: Response) => JSON.parse(await response.text())
const refreshName = 'parley-refresh'

onEveryEngine('accounts for programs', open => {
  async function house() {
    const accounts = openAccounts((await open()).store)
    const app = serving(accounts)
    return { ...accounts, app, ...browse(app) }
  }
  const bearer = (accessToken: string) => ({ headers: { authorization: `Bearer ${accessToken}` } })

  it('register, sign in, ask who one is, and leave', async () => {
    const { ask, cookies, mails } = await house()
    const registered = await ask('POST', '/api/v1/register', { json: newAda })
    expect(registered.status).toBe(201)
    const ada = await registered.json()
    expect(ada).toMatchObject({ email: adaEmail, username: 'ada', emailConfirmed: false, role: 'member' })
    expect(await mails()).toHaveLength(1)
    expect(cookies.size).toBe(0)

    const login = await ask('POST', '/api/v1/login', { json: credentials })
    expect(login.status).toBe(200)
    const { accessToken, expiresIn, ...rest } = await read(login)
    expect([expiresIn, rest]).toEqual([900, {}])
    const [cookie = '', ...more] = login.headers.getSetCookie()
    expect(more).toEqual([])
    expect(cookie).toMatch(/^parley-refresh=[\w-]{43}; /)
    expect(cookie).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax$/)
    expect(cookie).not.toContain('Secure')
    expect(login.headers.get('cache-control')).toBe('no-store')

    const me = await ask('GET', '/api/v1/me', bearer(accessToken))
    expect(me.status).toBe(200)
    expect(await read(me)).toEqual(ada)

    expect((await ask('POST', '/api/v1/logout', bearer(accessToken))).status).toBe(204)
    expect(cookies.size).toBe(0)
    expect((await ask('GET', '/api/v1/me', bearer(accessToken))).status).toBe(401)
  })

  it('what was sent wrongly is named, field by field, in the language of who asks', async () => {
    const { ask } = await house()
    const bad = await ask('POST', '/api/v1/register', {
      json: { email: 'ada', username: 'x'.repeat(26), password: 'password12' },
    })
    expect(bad.status).toBe(422)
    expect(bad.headers.get('content-type')).toBe('application/problem+json')
    expect(await read(bad)).toEqual({
      type: 'about:blank',
      status: 422,
      code: 'invalid',
      detail: 'Some of that cannot be taken as it is. See what is said beside each field.',
      errors: [
        { field: 'email', message: 'This does not look like an e-mail address.' },
        { field: 'username', message: 'Use at most 25 characters.' },
        {
          field: 'password',
          message: 'This password is one of the first that anybody would try. Choose another.',
        },
      ],
    })
    const missing = await ask('POST', '/api/v1/register', {
      json: { email: 7 },
      headers: { 'accept-language': 'ko' },
    })
    expect(await read(missing)).toMatchObject({
      errors: [
        { field: 'email', message: '이메일 주소 형식이 아닙니다.' },
        { field: 'password', message: '필수 항목입니다.' },
      ],
    })
    await ask('POST', '/api/v1/register', { json: newAda })
    const taken = await ask('POST', '/api/v1/register', { json: { ...newAda, email: 'ADA@example.com' } })
    expect([taken.status, (await read(taken)).code]).toEqual([409, 'email_taken'])
  })

  it.each<[string, Parameters<ReturnType<typeof browse>['ask']>[2], number]>([
    ['broken JSON', { body: '{"email":', headers: { 'content-type': 'application/json' } }, 400],
    ['a form', { body: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['JSON that calls itself text', { body: JSON.stringify(credentials) }, 415],
    ['nothing', {}, 422],
  ])('%s is not taken', async (_, sent, status) => {
    const { ask } = await house()
    const answer = await ask('POST', '/api/v1/login', sent)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  it('a wrong password and an unknown address are answered alike, and only so often', async () => {
    const { ask, ada } = await house()
    await ada()
    const guess = (email: string) =>
      ask('POST', '/api/v1/login', { json: { email, password: 'not the one' } })
    const [known, unknown] = [await guess(adaEmail), await guess('nobody@example.com')]
    expect(known.status).toBe(401)
    expect(await read(known)).toEqual(await unknown.json())
    for (let index = 0; index < 4; index += 1) expect((await guess(adaEmail)).status).toBe(401)
    const held = await guess(adaEmail)
    expect([held.status, (await read(held)).code, held.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '900',
    ])
  })

  it('a refresh gives a new token and a new cookie, and the old cookie ends the family', async () => {
    const { ask, cookies, ada, clock, app } = await house()
    await ada()
    await ask('POST', '/api/v1/login', { json: credentials })
    const first = cookies.get(refreshName) ?? ''
    const renewed = await ask('POST', '/api/v1/token/refresh')
    expect(renewed.status).toBe(200)
    const { accessToken } = await read(renewed)
    expect(cookies.get(refreshName)).not.toBe(first)
    expect((await ask('GET', '/api/v1/me', bearer(accessToken))).status).toBe(200)
    const tabs = await Promise.all([1, 2].map(() => ask('POST', '/api/v1/token/refresh')))
    expect(tabs.map(({ status }) => status)).toEqual([200, 200])
    await clock.advance(10_001)
    const thief = browse(app)
    const stolen = await thief.ask('POST', '/api/v1/token/refresh', {
      headers: { cookie: `${refreshName}=${first}` },
    })
    expect(stolen.status).toBe(401)
    expect((await ask('POST', '/api/v1/token/refresh')).status).toBe(401)
    expect((await ask('GET', '/api/v1/me', bearer(accessToken))).status).toBe(401)
    expect(cookies.size).toBe(0)
    const nobody = await ask('POST', '/api/v1/token/refresh')
    expect([nobody.status, (await read(nobody)).code]).toEqual([401, 'unauthenticated'])
  })

  it('a person changes what is theirs to change, and nothing else', async () => {
    const { ask, ada, mails } = await house()
    const { grant } = await ada()
    const change = (json: unknown) => ask('PATCH', '/api/v1/me', { json, ...bearer(grant.accessToken) })
    const changed = await change({
      nickname: 'Countess',
      firstName: 'Ada',
      bornYear: 1915,
      role: 'owner',
      emailConfirmed: false,
      settings: { theme: 'dark', mailNotices: false },
    })
    expect(changed.status).toBe(200)
    expect(await read(changed)).toMatchObject({
      nickname: 'Countess',
      firstName: 'Ada',
      bornYear: 1915,
      role: 'member',
      emailConfirmed: true,
      settings: { language: 'en', theme: 'dark', mailNotices: false },
    })
    expect(
      await (await change({ firstName: null, bornYear: null, settings: { theme: null } })).json(),
    ).toMatchObject({
      firstName: null,
      bornYear: null,
      settings: { language: 'en', mailNotices: false },
    })
    const refused = await change({ nickname: 'Kept out', settings: { timeZone: 'Mars' } })
    expect([refused.status, (await read(refused)).errors[0].field]).toEqual([422, 'timeZone'])
    expect(await (await ask('GET', '/api/v1/me', bearer(grant.accessToken))).json()).toMatchObject({
      nickname: 'Countess',
    })
    expect((await change({ email: 'new@example.com' })).status).toBe(422)
    const moved = await change({ email: 'new@example.com', currentPassword: testPassword })
    expect(await read(moved)).toMatchObject({ email: adaEmail })
    expect((await mails()).at(-1)).toMatchObject({ to: 'new@example.com' })
  })

  it.each([
    ['nothing', {}],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['a made-up bearer', { authorization: 'Bearer abc.def.ghi' }],
    ['a password', { authorization: 'Basic YWRhOnNlY3JldA==' }],
  ])('by %s nobody is signed in', async (_, headers) => {
    const { ask } = await house()
    for (const method of ['GET', 'PATCH']) {
      const answer = await ask(method, '/api/v1/me', { headers, ...(method === 'PATCH' ? { json: {} } : {}) })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await read(answer)).toMatchObject({ code: 'unauthenticated', detail: 'Sign in first.' })
    }
  })
})
