import { describe, expect, it } from 'vitest'
import { silentLog } from '../core/testing/silent-log.ts'
import { createWebApp } from './app.ts'
import type { Readiness } from './health.ts'

const well: Readiness = { ready: true, database: 'up', gateways: { slack: 'connected' } }

function appWith(readiness: Readiness = well, broken = false) {
  return createWebApp({
    log: silentLog,
    nowMs: () => 0,
    readiness: () => Promise.resolve(readiness),
    slackEvents: () =>
      broken ? Promise.reject(new Error('secret cause')) : Promise.resolve(new Response('taken')),
    publicUrl: 'http://127.0.0.1:3000',
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

  it('forbids scripts and frames on every answer, errors too', async () => {
    for (const path of ['/', '/nothing', '/healthz']) {
      const { headers } = await appWith().request(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
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
