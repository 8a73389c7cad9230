import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { joinWeb } from './testing/web-person.ts'

/** Parley as it is served, with all of its routes; Ada is signed in by cookies, and has a dialogue. */

let parley: Parley
let dir: string
let cookie: string
let dialogueId: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-site-'))
  parley = await startParley(readConfig({ PORT: '0', DATA_DIR: dir }), { log: silentLog })
  const { email, password } = await joinWeb(parley.url, { name: 'ada', dataDir: dir })
  const entered = await post('/login', { email, password })
  cookie = entered.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
  const begun = await post('/chats', { text: 'When is high tide?' })
  dialogueId = begun.headers.get('location')?.split('/').at(-1) ?? ''
}, 60_000)
afterAll(async () => {
  await parley.stop()
  rmSync(dir, { recursive: true, force: true })
})

function post(path: string, form: Readonly<Record<string, string>>) {
  return fetch(new URL(path, parley.url), {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: parley.url, ...(cookie ? { cookie } : {}) },
    body: new URLSearchParams(form),
  })
}

function routesOf(...methods: readonly string[]) {
  const all = parley.routes.filter(({ method, path }) => methods.includes(method) && !path.includes('*'))
  return [...new Map(all.map(route => [`${route.method} ${route.path}`, route])).values()]
}

/** An address of this route: of Ada's dialogue where it is about one. */
const addressOf = (path: string) =>
  path.replace('/chats/:id', `/chats/${dialogueId}`).replaceAll(/:\w+(?:\{[^}]*\})?\??/g, 'x')

/** Slack signs what it sends, and brings no cookie. */
const isSigned = (path: string) => path === '/slack/events'

const foreign: readonly (readonly [from: string, headers: Readonly<Record<string, string>>])[] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['an origin without a name', { origin: 'null' }],
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a neighbour of our site', { 'sec-fetch-site': 'same-site' }],
]

const contentTypes = [undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencoded']

describe('everything that changes something', () => {
  it('is there: accounts, linking, dialogues, sharing, erasing, and the API', () => {
    const listed = routesOf('POST', 'PUT', 'PATCH', 'DELETE').map(({ method, path }) => `${method} ${path}`)
    expect(listed).toEqual(
      expect.arrayContaining([
        'POST /login',
        'POST /chats',
        'POST /chats/:id/act',
        'POST /chats/:id/share',
        'POST /chats/:id/forget',
        'POST /link/:code',
        'POST /forget',
        'POST /admin/glass',
        'POST /api/v1/dialogues',
        'PATCH /api/v1/me',
      ]),
    )
  })

  it.each(foreign)(
    'is refused when asked from %s, whatever is sent',
    async (_, headers) => {
      for (const { method, path } of routesOf('POST', 'PUT', 'PATCH', 'DELETE')) {
        if (isSigned(path)) continue
        for (const type of contentTypes) {
          const { status } = await fetch(new URL(addressOf(path), parley.url), {
            method,
            redirect: 'manual',
            headers: { cookie, ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
            body: new TextEncoder().encode('{}'),
          })
          expect([method, path, type, status]).toEqual([method, path, type, 403])
        }
      }
      const still = await fetch(new URL(`/chats/${dialogueId}`, parley.url), { headers: { cookie } })
      expect(still.status).toBe(200)
      expect(await still.text()).toContain('When is high tide?')
    },
    120_000,
  )
})

/** What a strict policy would stop, or a page of ours may not load. */
function looseEnds(html: string): readonly string[] {
  const tags = html.match(/<[a-z][^\s>]*(?:\s+[^\s"'>=]+(?:="[^"]*"|='[^']*'|=[^\s>]+)?)*\s*\/?>/gi) ?? []
  return tags.filter(tag => {
    const bare = tag.replace(/="[^"]*"|='[^']*'/g, '=')
    const loads =
      /\s(?:src|action|formaction)="(?!\/(?!\/)|")/.test(tag) || /^<link[^>]*href="(?!\/(?!\/))/.test(tag)
    const isInline = /^<style/i.test(tag) || (/^<script/i.test(tag) && !/\ssrc=/.test(bare))
    return isInline || loads || /\s(?:style|on\w+)(?:=|\s|>)/i.test(bare) || /="\s*javascript:/i.test(tag)
  })
}

describe('everything that is shown', () => {
  it('a page that is loose is seen', () => {
    for (const html of [
      '<p style="x">',
      '<script>x</script>',
      '<a onclick="x">',
      '<style>x</style>',
      '<img src="https://evil.example/p.png">',
      '<link rel="stylesheet" href="//evil.example">',
      '<a href="javascript:x">',
    ])
      expect([html, looseEnds(html).length]).toEqual([html, 1])
    expect(looseEnds('<p class="on" data-x="style=1"><script type="module" src="/a.js"></script>')).toEqual(
      [],
    )
  })

  it('keeps to one strict policy, signed in or not, errors too', async () => {
    const pages: string[] = []
    for (const { path } of routesOf('GET')) {
      for (const who of [cookie, '']) {
        const over = new AbortController()
        const response = await fetch(new URL(addressOf(path), parley.url), {
          redirect: 'manual',
          headers: { accept: 'text/html', ...(who === '' ? {} : { cookie: who }) },
          signal: over.signal,
        })
        const policy = (response.headers.get('content-security-policy') ?? '').split('; ')
        const where = [path, response.status]
        expect([where, policy]).toEqual([
          where,
          expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]),
        ])
        expect([where, policy.join().includes('unsafe')]).toEqual([where, false])
        expect([where, response.headers.get('x-content-type-options')]).toEqual([where, 'nosniff'])
        expect([where, response.status < 500 || path === '/readyz']).toEqual([where, true])
        const isPage = response.headers.get('content-type')?.includes('text/html') === true
        expect([where, looseEnds(isPage ? await response.text() : '')]).toEqual([where, []])
        if (isPage && response.status === 200 && who !== '') pages.push(path)
        // Events go on for ever.
        over.abort()
      }
    }
    expect(pages).toEqual(
      expect.arrayContaining([
        '/chats',
        '/chats/:id',
        '/profile',
        '/settings',
        '/forget',
        '/public',
        '/design',
      ]),
    )
  }, 120_000)
})
