import { expect, it } from 'vitest'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { browse } from '../testing/serving.ts'
import { keyHouse } from '../testing/key-house.ts'

const read = async (response: Response) => JSON.parse(await response.text())

onEveryEngine('API keys over HTTP', open => {
  const house = async () => keyHouse(await open())

  it('are made, shown once, listed and revoked', async () => {
    const { request, token, clock } = await house()
    const expiresAt = new Date(clock.nowMs() + 60_000).toISOString()
    const made = await request(token, 'POST', '/api/v1/api-keys', { name: 'bot', expiresAt })
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { id, key, ...rest } = await read(made)
    expect(key).toMatch(/^pk_/)
    expect(rest).toMatchObject({ name: 'bot', scopes: ['chat', 'read', 'write'], expiresAt, usedAt: null })
    const me = await request(key, 'GET', '/api/v1/me')
    expect([me.status, (await read(me)).username]).toEqual([200, 'ada'])
    const list = await read(await request(token, 'GET', '/api/v1/api-keys'))
    expect(list).toEqual({ items: [{ id, ...rest, usedAt: new Date(clock.nowMs()).toISOString() }] })
    expect(JSON.stringify(list)).not.toContain(key)
    expect((await request(token, 'DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
    expect((await request(key, 'GET', '/api/v1/me')).status).toBe(401)
    expect((await request(token, 'DELETE', `/api/v1/api-keys/${id}`)).status).toBe(404)
  })

  it('tell their Member of a new one, on the next page and by mail', async () => {
    const { request, token, mails, store, member } = await house()
    const before = (await mails()).length
    await request(token, 'POST', '/api/v1/api-keys', { name: 'bot' })
    expect((await mails()).slice(before).map(({ subject }) => subject)).toEqual([
      'An API key was made for your account',
    ])
    const told = await store.notices.unseen(member.id)
    expect(told.map(({ kind, detail }) => [kind, detail])).toContainEqual(['api_key_made', { name: 'bot' }])
  })

  it.each<[readonly string[], string, string, string | undefined]>([
    [['read'], 'PATCH', '/api/v1/me', 'write'],
    [['write'], 'GET', '/api/v1/me', 'read'],
    [['chat'], 'GET', '/api/v1/api-keys', 'read'],
    [['read', 'write'], 'POST', '/api/v1/dialogues', 'chat'],
    [['chat', 'read', 'write'], 'GET', '/api/v1/admin/quotas', 'admin'],
    [['chat', 'read', 'write', 'admin'], 'POST', '/api/v1/api-keys', undefined],
    [['chat', 'read', 'write', 'admin'], 'DELETE', '/api/v1/api-keys/k', undefined],
    [['chat', 'read', 'write', 'admin'], 'POST', '/api/v1/logout', undefined],
    [['chat', 'read', 'write', 'admin'], 'POST', '/api/v1/me/erase', undefined],
    [['chat', 'read', 'write', 'admin'], 'POST', '/api/v1/me/password', undefined],
    [['chat', 'read', 'write', 'admin'], 'DELETE', '/api/v1/sessions/s', undefined],
  ])('with %j may not %s %s', async (scopes, method, path, missing) => {
    const { request, key } = await house()
    const refused = await request(await key(...scopes), method, path, method === 'GET' ? undefined : {})
    expect(refused.status).toBe(403)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    const problem = await read(refused)
    expect(problem.code).toBe('forbidden')
    if (missing === undefined) expect(problem.detail).toBe('No API key may do this. Sign in instead.')
    else expect(problem.detail).toContain(`the scope ${missing}.`)
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope')
  })

  it('open no page, and stand beside no cookie', async () => {
    const { app, key, credentials } = await house()
    const secret = await key()
    const { ask } = browse(app)
    await ask('POST', '/api/v1/login', { json: credentials })
    const headers = { authorization: `Bearer ${secret}` }
    for (const path of ['/profile', '/settings', '/profile/api-keys']) {
      const page = await ask('GET', path, { headers })
      expect([path, page.status]).toEqual([path, 303])
    }
    const wrong = { authorization: `Bearer ${secret.slice(0, -1)}` }
    expect((await ask('GET', '/api/v1/me', { headers: wrong })).status).toBe(401)
  })

  it('cannot change the address that an account hangs on', async () => {
    const { request, key } = await house()
    const change = { email: 'eve@example.com' }
    const refused = await request(await key(), 'PATCH', '/api/v1/me', change)
    expect([refused.status, (await read(refused)).code]).toEqual([403, 'forbidden'])
    expect((await request(await key(), 'PATCH', '/api/v1/me', { nickname: 'Countess' })).status).toBe(200)
  })

  it('end with their Member’s suspension', async () => {
    const { request, key, store, member, clock } = await house()
    const secret = await key()
    expect((await request(secret, 'GET', '/api/v1/me')).status).toBe(200)
    await store.members.change(member.id, { suspendedAtMs: clock.nowMs() })
    await clock.advance(500)
    expect((await request(secret, 'GET', '/api/v1/me')).status).toBe(401)
  })
})

onEveryEngine('the page of API keys', open => {
  const house = async () => {
    const opened = await keyHouse(await open())
    const browser = browse(opened.app)
    await browser.ask('POST', '/login', {
      body: new URLSearchParams(opened.credentials).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:3000' },
    })
    const form = (path: string, fields: [string, string][]) =>
      browser.ask('POST', path, {
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:3000' },
      })
    return { ...opened, ...browser, form }
  }

  it('makes a key that is shown once, and revokes it', async () => {
    const { form, ask, request, keyring, member } = await house()
    const made = await form('/profile/api-keys', [
      ['name', 'bot <b>'],
      ['scope', 'read'],
      ['scope', 'chat'],
      ['days', '30'],
    ])
    const html = await made.text()
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const secret = /value="(pk_[\w-]+)"/.exec(html)?.[1] ?? ''
    expect((await request(secret, 'GET', '/api/v1/me')).status).toBe(200)
    const again = await (await ask('GET', '/profile/api-keys')).text()
    expect(again).not.toContain(secret)
    expect(again).toContain('bot &lt;b&gt;')
    const [key] = await keyring.list(member.id)
    expect(key).toMatchObject({ scopes: ['chat', 'read'] })
    const revoked = await form(`/profile/api-keys/${key?.id}/revoke`, [])
    expect([revoked.status, revoked.headers.get('location')]).toEqual([
      303,
      '/profile/api-keys?notice=apiKeyRevoked',
    ])
    expect((await request(secret, 'GET', '/api/v1/me')).status).toBe(401)
  })

  it('shows a refused form again, with what was typed', async () => {
    const { form } = await house()
    const refused = await form('/profile/api-keys', [
      ['name', 'deploy'],
      ['days', '30'],
    ])
    expect(refused.status).toBe(422)
    const html = await refused.text()
    expect(html).toContain('value="deploy"')
    expect(html).toContain('Choose at least one.')
    const nameless = await form('/profile/api-keys', [
      ['name', ' '],
      ['scope', 'read'],
      ['days', '7'],
    ])
    expect(nameless.status).toBe(422)
  })
})
