import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createStore } from '../adapters/postgres/store.ts'
import { openTestEmbedded } from '../adapters/postgres/testing/databases.ts'
import { accessTokenMs } from '../core/session.ts'
import { openBrowser } from '../sandbox/page/testing/browser.ts'
import { adaEmail, openAccounts, type TestAccounts, testPassword } from '../testing/accounts.ts'
import type { OutFrame } from './frames.ts'
import { type Home, openHome } from './testing/home.ts'
import { serving } from './testing/serving.ts'
import { textOf } from './testing/socket-client.ts'

const closers: (() => Promise<unknown>)[] = []
let browser: Browser
let house: TestAccounts
let parley: string
let friend: string
let foe: string

beforeAll(async () => {
  const opened = await openTestEmbedded()
  closers.push(() => opened.close())
  house = openAccounts(createStore(opened.database))
  await house.ada()
  const frontEnd = () =>
    createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>hello'))
  friend = await listen(frontEnd())
  foe = await listen(frontEnd())
  const waiting = createAdaptorServer({ fetch: request => app.fetch(request) }) as Server
  parley = await listen(waiting)
  const app = serving(house, { publicUrl: parley, allowedOrigins: [friend] })
  browser = await openBrowser()
  closers.push(() => browser.close())
})
afterAll(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close()
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

/** What a page's own script asks of Parley, with a person's cookies; `unreadable` when the browser keeps it from it. */
async function ask(page: Page, method: string, path: string, json?: unknown, accessToken?: string) {
  return page.evaluate(
    async ({ url, method, json, accessToken }) => {
      try {
        const response = await fetch(url, {
          method,
          credentials: 'include',
          headers: {
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
          },
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        })
        return { status: response.status, body: JSON.parse((await response.text()) || '{}') }
      } catch {
        return 'unreadable'
      }
    },
    { url: parley + path, method, json, accessToken },
  )
}

async function openAt(url: string): Promise<Page> {
  const context = await browser.newContext()
  closers.push(() => context.close())
  const page = await context.newPage()
  await page.goto(url)
  return page
}

const credentials = { email: adaEmail, password: testPassword }

it('an allowed front end on another origin signs in, asks, renews and leaves', async () => {
  const page = await openAt(friend)
  const login = await ask(page, 'POST', '/api/v1/login', credentials)
  expect(login).toMatchObject({ status: 200, body: { expiresIn: 900 } })
  const { accessToken } = (login as { body: { accessToken: string } }).body
  expect(await ask(page, 'GET', '/api/v1/me', undefined, accessToken)).toMatchObject({
    status: 200,
    body: { email: adaEmail },
  })
  expect(await ask(page, 'PATCH', '/api/v1/me', { job: 'Analyst' }, accessToken)).toMatchObject({
    status: 200,
    body: { job: 'Analyst' },
  })
  expect(await ask(page, 'PATCH', '/api/v1/me', { nickname: '' }, accessToken)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'nickname' }] },
  })
  expect(await ask(page, 'POST', '/api/v1/token/refresh')).toMatchObject({ status: 200 })
  expect(await ask(page, 'POST', '/api/v1/logout')).toMatchObject({ status: 204 })
  expect(await ask(page, 'POST', '/api/v1/token/refresh')).toMatchObject({ status: 401 })
})

it('a foreign page with the person’s cookies changes nothing and reads nothing', async () => {
  const page = await openAt(friend)
  await ask(page, 'POST', '/api/v1/login', credentials)
  await page.goto(foe)
  expect(await ask(page, 'POST', '/api/v1/token/refresh')).toBe('unreadable')
  expect(await ask(page, 'GET', '/api/v1/me')).toBe('unreadable')
  expect(await ask(page, 'POST', '/api/v1/logout')).toBe('unreadable')
  await page.setContent(`<form method="post" action="${parley}/logout"><button>Win a prize</button></form>`)
  await page.getByRole('button').click()
  await page.waitForURL(`${parley}/logout`)
  expect(await page.textContent('body')).toContain('not Parley’s')
  await page.goto(friend)
  expect(await ask(page, 'POST', '/api/v1/token/refresh')).toMatchObject({ status: 200 })
})

it('two tabs whose tokens ran out renew at once, and both stay signed in', async () => {
  const first = await openAt(`${parley}/login`)
  await first.getByLabel('E-mail').fill(adaEmail)
  await first.getByLabel('Password', { exact: true }).fill(testPassword)
  await first.keyboard.press('Enter')
  await first.waitForURL(url => url.pathname !== '/login')
  const second = await first.context().newPage()
  for (let round = 0; round < 3; round += 1) {
    await house.clock.advance(accessTokenMs)
    const answers = await Promise.all([first, second].map(tab => tab.goto(`${parley}/profile`)))
    expect(answers.map(answer => answer?.status())).toEqual([200, 200])
    for (const tab of [first, second]) expect(new URL(tab.url()).pathname).toBe('/profile')
  }
  const member = await house.store.members.findByEmail(adaEmail)
  expect((await house.store.notices.unseen(member?.id ?? '')).map(({ kind }) => kind)).not.toContain(
    'session_stolen',
  )
  const cookies = await first.context().cookies()
  expect(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toBe(true)
})

describe('a front end on another origin', () => {
  let home: Home
  beforeAll(async () => {
    home = await openHome({ ALLOWED_ORIGINS: friend })
    closers.push(() => home.close())
    await fetch(`${home.url}/api/v1/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: adaEmail, username: 'ada', password: testPassword }),
    })
    const link = await vi.waitFor(
      () => {
        const mailed = home.link(adaEmail)
        if (mailed === undefined) throw new Error('The mail is not there yet.')
        return mailed
      },
      { timeout: 15_000 },
    )
    await fetch(link, { method: 'POST', redirect: 'manual' })
  }, 60_000)

  /** A static page's own script, with nothing but the address of Parley and a person's e-mail and password. */
  const wholeChat = (page: Page) =>
    page.evaluate(
      async ({ url, credentials }) => {
        const ask = async (path: string, body: unknown, accessToken?: string) => {
          const response = await fetch(`${url}/api/v1${path}`, {
            method: 'POST',
            credentials: 'include',
            headers: {
              'content-type': 'application/json',
              ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
            },
            body: JSON.stringify(body),
          })
          return (await response.json()) as Record<string, string>
        }
        const { accessToken } = await ask('/login', credentials)
        const { id: dialogueId } = await ask('/dialogues', { title: 'From afar' }, accessToken)
        const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
        const frames: Record<string, unknown>[] = []
        const answered = new Promise<void>((resolve, reject) => {
          socket.addEventListener('message', ({ data }) => {
            const frame = JSON.parse(String(data)) as Record<string, unknown>
            frames.push(frame)
            if (frame['type'] === 'turn' && frame['state'] === 'done') resolve()
          })
          socket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}`)))
        })
        await new Promise(resolve => socket.addEventListener('open', resolve))
        for (const frame of [
          { type: 'auth', accessToken },
          { type: 'subscribe', dialogueId },
          { type: 'send', dialogueId, text: 'Count from one to five, please.', clientId: 'first' },
        ])
          socket.send(JSON.stringify(frame))
        await answered
        const read = await fetch(`${url}/api/v1/dialogues/${dialogueId}`, {
          headers: { authorization: `Bearer ${accessToken}` },
        })
        return { accessToken, dialogueId, frames, read: (await read.json()) as Dialogue }
      },
      { url: home.url, credentials },
    )

  it('signs in, begins a dialogue, and receives the answer as it is written over the socket', async () => {
    const page = await openAt(friend)
    const { frames, dialogueId, read } = await wholeChat(page)
    const turns = frames.filter(frame => frame['type'] === 'turn')
    expect(turns.length).toBeGreaterThan(2)
    const answer = textOf(frames as unknown as OutFrame[], String(turns.at(-1)?.['turnId']))
    expect(answer).not.toBe('')
    expect(read).toMatchObject({
      id: dialogueId,
      title: 'From afar',
      messages: [{ text: 'Count from one to five, please.' }, { role: 'assistant', text: answer }],
    })
  }, 60_000)

  it('that is not listed gets nothing, not even with somebody’s token', async () => {
    const { accessToken, dialogueId } = await wholeChat(await openAt(friend))
    const page = await openAt(foe)
    const told: string[] = []
    const errors: string[] = []
    page.on('websocket', socket => {
      socket.on('framereceived', ({ payload }) => told.push(String(payload)))
      socket.on('socketerror', error => errors.push(error))
    })
    const got = await page.evaluate(
      async ({ url, accessToken, dialogueId, credentials }) => {
        const json = { 'content-type': 'application/json' }
        const authorization = `Bearer ${accessToken}`
        const attempts: [string, RequestInit][] = [
          ['/login', { method: 'POST', headers: json, body: JSON.stringify(credentials) }],
          // Without a preflight, as a form would send it.
          ['/login', { method: 'POST', body: JSON.stringify(credentials) }],
          ['/me', { headers: { authorization } }],
          [`/dialogues/${dialogueId}`, { headers: { authorization } }],
          ['/dialogues', { method: 'POST', headers: { ...json, authorization }, body: '{"title":"canary"}' }],
        ]
        const read: string[] = []
        for (const [path, init] of attempts) {
          try {
            const response = await fetch(`${url}/api/v1${path}`, { ...init, credentials: 'include' })
            read.push(await response.text())
          } catch {
            read.push('unreadable')
          }
        }
        const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
        socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', accessToken })))
        const closed = await new Promise<number>(resolve =>
          socket.addEventListener('close', ({ code }) => resolve(code)),
        )
        return { read, closed }
      },
      { url: home.url, accessToken, dialogueId, credentials },
    )
    expect(got).toEqual({ read: Array.from({ length: 5 }, () => 'unreadable'), closed: 1006 })
    expect(told).toEqual([])
    expect(errors.join()).toContain('403')
    const mine = await fetch(`${home.url}/api/v1/dialogues`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(JSON.stringify(await mine.json())).not.toContain('canary')
  }, 60_000)
})

interface Dialogue {
  readonly id: string
  readonly title: string
  readonly messages: readonly { readonly text: string }[]
}
