import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStore } from '../adapters/postgres/store.ts'
import { openTestEmbedded } from '../adapters/postgres/testing/databases.ts'
import { builtInAgent } from '../core/agent.ts'
import { createDemo } from '../core/demo.ts'
import { createScriptedModel } from '../core/testing/scripted-model.ts'
import { openBrowser } from '../sandbox/page/testing/browser.ts'
import { openAccounts } from '../testing/accounts.ts'
import { hindrances } from './testing/home.ts'
import { serving } from './testing/serving.ts'

let browser: Awaited<ReturnType<typeof openBrowser>>
let opened: Awaited<ReturnType<typeof openTestEmbedded>>
let server: Server
let url: string

beforeAll(async () => {
  opened = await openTestEmbedded()
  const store = createStore(opened.database)
  await store.settings.changeInstallation({ demo: true })
  const house = openAccounts(store)
  const model = createScriptedModel(['They push **water** aside:\n\n```js\nconst floats = true\n```'])
  const nowMs = () => house.clock.nowMs()
  const demo = createDemo({ store, model, agent: builtInAgent('scripted'), nowMs })
  server = createAdaptorServer({ fetch: request => app.fetch(request) }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const app = serving(house, { publicUrl: url, demo })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
  await opened.close()
})

it('a visitor without JavaScript finds the demo at the sign-in, asks, and asks on', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false })
  await page.goto(`${url}/login`)
  await page.getByRole('link', { name: 'Try it without an account' }).click()
  for (const question of ['Why do boats float?', 'And stones?']) {
    await page.getByLabel('Your question').fill(question)
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByRole('article').filter({ hasText: question }).waitFor()
  }
  expect(await page.locator('strong', { hasText: 'water' }).count()).toBe(2)
  expect(await page.getByRole('article').filter({ hasText: 'Why do boats float?' }).count()).toBe(1)
  await page.goto(`${url}/demo`)
  expect(await page.getByRole('article').count()).toBe(0)
})

it.each(['light', 'dark'] as const)('keeps nobody out, in %s, on a phone too', async colorScheme => {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  })
  await page.goto(`${url}/demo`)
  expect(await hindrances(page)).toEqual([])
  await page.getByLabel('Your question').fill('Why do boats float?')
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.locator('article strong', { hasText: 'water' }).waitFor()
  expect(await hindrances(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
})
