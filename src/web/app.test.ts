import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStore } from '../adapters/postgres/store.ts'
import { openTestEmbedded } from '../adapters/postgres/testing/databases.ts'
import { silentLog } from '../core/testing/silent-log.ts'
import { openAccounts, type TestAccounts, testPublicUrl } from '../testing/accounts.ts'
import { createWebApp } from './app.ts'
import type { Readiness } from './health.ts'

const well: Readiness = { ready: true, database: 'up', gateways: { slack: 'connected' } }

let house: TestAccounts
let close: () => Promise<void>

beforeAll(async () => {
  const opened = await openTestEmbedded()
  close = opened.close
  house = openAccounts(createStore(opened.database))
})
afterAll(() => close())

function appWith(readiness: Readiness = well, broken = false, publicUrl = testPublicUrl) {
  return createWebApp({
    log: silentLog,
    nowMs: () => 0,
    readiness: () => Promise.resolve(readiness),
    slackEvents: () =>
      broken ? Promise.reject(new Error('secret cause')) : Promise.resolve(new Response('taken')),
    publicUrl,
    accounts: house.accounts,
    notices: house.store.notices,
    avatar: id => house.store.members.avatar(id),
  })
}

describe('the web app', () => {
  it('says that it is alive, and whether it is ready', async () => {
    expect((await appWith().request('/healthz')).status).toBe(200)
    expect((await appWith().request('/readyz')).status).toBe(200)
    const waiting = await appWith({
      ready: false,
      database: 'up',
      gateways: { slack: 'never connected' },
    }).request('/readyz')
    expect(waiting.status).toBe(503)
    expect(await waiting.json()).toMatchObject({ gateways: { slack: 'never connected' } })
  })

  it('leads whoever is not signed in to the way in', async () => {
    const response = await appWith().request('/')
    expect([response.status, response.headers.get('location')]).toEqual([302, '/login'])
  })

  it.each(['connect-slack', 'connect-discord', 'real-model'])(
    'shows the guide %s, and no link that leads nowhere',
    async name => {
      const response = await appWith().request(`/guide/${name}`)
      const text = await response.text()
      expect(response.status).toBe(200)
      expect(text).toMatch(/<h1>/)
      expect(text).not.toMatch(/href="(?:\.|")/)
    },
  )

  it.each(['/guide/..%2f..%2fpackage.json', '/guide/SECURITY', '/nothing'])(
    'has nothing at %s, in problem+json',
    async path => {
      const response = await appWith().request(path)
      expect(response.status).toBe(404)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      expect(await response.json()).toMatchObject({ status: 404, code: 'not_found' })
    },
  )

  it('has a page for a person where there is nothing, in their language, with a way on', async () => {
    const asked = { headers: { Accept: 'text/html', 'Accept-Language': 'ko-KR' } }
    const response = await appWith().request('/nothing', asked)
    expect(response.status).toBe(404)
    expect(await response.text()).toMatch(
      /<html lang="ko">[\s\S]*이 주소에는 아무것도 없습니다[\s\S]*href="\/login"/,
    )
  })

  it.each(['/', '/login', '/nothing', '/healthz', '/api/v1/nothing', '/assets/x/none', '/broken'])(
    'protects its answer to %s',
    async path => {
      const { headers } = await appWith().request(path, { headers: { Accept: 'text/html' } })
      const policy = headers.get('content-security-policy') ?? ''
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' ws://127.0.0.1:3000",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy.split('; ')).toContain(rule)
      expect(policy).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  it('behind TLS insists on TLS, errors too', async () => {
    for (const path of ['/login', '/nothing'])
      expect(
        (await appWith(well, false, 'https://parley.example').request(path)).headers.get(
          'strict-transport-security',
        ),
      ).toMatch(/^max-age=\d{7,}/)
  })

  it('speaks the language that was chosen, then that of the browser', async () => {
    const visit = async (path: string, headers: Record<string, string>) => {
      const response = await appWith().request(path, { headers })
      return [/<html lang="(\w+)"/.exec(await response.text())?.[1], response.headers.get('set-cookie')]
    }
    expect(await visit('/login', {})).toEqual(['en', null])
    expect(await visit('/login', { 'Accept-Language': 'fr, ko;q=0.8' })).toEqual(['ko', null])
    expect(await visit('/login?lang=ko', {})).toEqual(['ko', expect.stringContaining('parley_lang=ko')])
    expect(await visit('/login', { Cookie: 'parley_lang=ko', 'Accept-Language': 'en' })).toEqual(['ko', null])
    expect(await visit('/login?lang=xx', {})).toEqual(['en', null])
  })

  it('hides the cause of a failure, and refuses a body that is too large', async () => {
    const failed = await appWith(well, true).request('/slack/events', { method: 'POST', body: '{}' })
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('secret cause')
    const body = 'x'.repeat(1024 * 1024 + 1)
    const headers = { 'content-length': String(body.length) }
    const large = await appWith().request('/slack/events', { method: 'POST', headers, body })
    expect(large.status).toBe(413)
  })
})
