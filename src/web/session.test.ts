import { expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { accessTokenMs } from '../core/session.ts'
import { adaEmail, openAccounts, testPassword } from '../testing/accounts.ts'
import { browse, serving } from './testing/serving.ts'

const form = (fields: Readonly<Record<string, string>>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})

onEveryEngine('a session in a browser', open => {
  async function house(changes: Parameters<typeof serving>[1] = {}, base?: string) {
    const accounts = openAccounts((await open()).store)
    const app = serving(accounts, changes)
    await accounts.ada()
    const browser = browse(app, base)
    const login = () => browser.ask('POST', '/login', form({ email: adaEmail, password: testPassword }))
    return { ...accounts, app, ...browser, login }
  }
  const isIn = async (ask: ReturnType<typeof browse>['ask']) =>
    (await ask('GET', '/profile', { headers: { accept: 'text/html' } })).status === 200

  it('is held by two cookies that no script can read', async () => {
    const { login, ask } = await house()
    const lines = (await login()).headers.getSetCookie()
    expect(lines.map(line => line.split('=')[0])).toEqual(['parley-refresh', 'parley-access'])
    for (const line of lines) expect(line).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax$/)
    expect(await isIn(ask)).toBe(true)
  })

  it('under https they are Secure and this host’s alone', async () => {
    const publicUrl = 'https://parley.example'
    const { login, ask } = await house({ publicUrl }, publicUrl)
    const lines = (await login()).headers.getSetCookie()
    expect(lines.map(line => line.split('=')[0])).toEqual(['__Host-parley-refresh', '__Host-parley-access'])
    for (const line of lines) {
      expect(line).toContain('; Secure')
      expect(line).not.toContain('Domain')
    }
    expect(await isIn(ask)).toBe(true)
  })

  it('renews itself on the way to a page, in two tabs at once too', async () => {
    const { login, ask, clock, cookies } = await house()
    await login()
    await clock.advance(accessTokenMs)
    const before = cookies.get('parley-refresh')
    expect(await Promise.all([isIn(ask), isIn(ask)])).toEqual([true, true])
    expect(cookies.get('parley-refresh')).not.toBe(before)
    await clock.advance(accessTokenMs)
    expect(await isIn(ask)).toBe(true)
  })

  it('a form that was left open is taken, and not lost', async () => {
    const { login, ask, clock } = await house()
    await login()
    await clock.advance(accessTokenMs)
    const saved = await ask('POST', '/logout')
    expect([saved.status, saved.headers.get('location')]).toEqual([303, expect.stringContaining('/login')])
    expect(await isIn(ask)).toBe(false)
  })

  it('what our pages ask of the API renews it; other programs renew it themselves', async () => {
    const { login, ask, clock } = await house()
    await login()
    await clock.advance(accessTokenMs)
    expect((await ask('GET', '/api/v1/me')).status).toBe(401)
    const own = { headers: { 'sec-fetch-site': 'same-origin' } }
    expect((await ask('GET', '/api/v1/me', own)).status).toBe(200)
    await clock.advance(accessTokenMs)
    const renewed = await ask('POST', '/api/v1/token/refresh', own)
    expect(renewed.headers.getSetCookie()).toHaveLength(2)
    expect((await ask('GET', '/api/v1/me')).status).toBe(200)
  })

  it('ended elsewhere, it is over here at once, and its cookies go', async () => {
    const { login, ask, accounts, cookies, store } = await house()
    await login()
    const member = await store.members.findByEmail(adaEmail)
    await accounts.logoutEverywhere(member?.id ?? '')
    expect(await isIn(ask)).toBe(false)
    expect(cookies.size).toBe(0)
  })

  it('a database that is away signs nobody out', async () => {
    const { login, cookies, accounts, clock, store } = await house()
    await login()
    await clock.advance(accessTokenMs)
    const { ParleyError } = await import('../core/errors.ts')
    const away = () =>
      Promise.reject(new ParleyError('database_unavailable', 'The database cannot be reached.'))
    const app = serving({ ...openAccounts(store), accounts: { ...accounts, refresh: away }, clock })
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.request('http://127.0.0.1:3000/profile', { headers: { cookie } })
    expect(answer.status).toBe(503)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('a bearer that is wrong is not made good by a cookie', async () => {
    const { login, ask } = await house()
    await login()
    expect((await ask('GET', '/api/v1/me')).status).toBe(200)
    expect((await ask('GET', '/api/v1/me', { headers: { authorization: 'Bearer x.y.z' } })).status).toBe(401)
  })
})
