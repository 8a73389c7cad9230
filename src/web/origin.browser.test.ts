import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStore } from '../adapters/postgres/store.ts'
import { openTestEmbedded } from '../adapters/postgres/testing/databases.ts'
import { accessTokenMs } from '../core/session.ts'
import { openBrowser } from '../sandbox/page/testing/browser.ts'
import { adaEmail, openAccounts, type TestAccounts, testPassword } from '../testing/accounts.ts'
import { serving } from './testing/serving.ts'

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
