import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askAdmin } from '../../admin-socket.ts'
import { type ServedPracticeModel, servePracticeModel } from '../../sandbox/model/serve.ts'
import { signUp, write } from '../testing/day.ts'
import { hindrances, type Home, openHome } from '../testing/home.ts'

/** Whoever started Parley makes it theirs, and answers go on when its first model service is away. */

const dir = mkdtempSync(join(tmpdir(), 'parley-owner-'))
const planted = 'sk-planted-in-the-browser'
let home: Home
let second: ServedPracticeModel

beforeAll(async () => {
  second = await servePracticeModel({ wordDelayMs: 0 })
  home = await openHome({
    DATA_DIR: dir,
    // Nobody listens there.
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    OPENAI_MODEL: 'parley-practice',
    RELAY_ALLOWED_ENDPOINTS: '127.0.0.1',
  })
})
afterAll(async () => {
  await home.close()
  await second.close()
  rmSync(dir, { recursive: true, force: true })
})

async function fits(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
}

it('the first owner adds a second provider, which answers while the first is away', async () => {
  const page = await signUp(home, 'ada')
  const [link = ''] = (await askAdmin(dir, { args: ['setup-link'] })) ?? []
  await page.goto(link)
  expect(await hindrances(page)).toEqual([])
  await page.getByRole('button', { name: 'Become the owner' }).click()
  await page.getByText('You are the owner of this Parley now.').waitFor()

  await page.goto(`${home.url}/admin/providers`)
  await page.getByRole('link', { name: 'Add a provider' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Second')
  await page.getByLabel('Address').fill('http://10.0.0.1/v1')
  await page.getByLabel('Key', { exact: true }).fill(planted)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This leads into a network that Parley may not reach').waitFor()
  expect(await hindrances(page)).toEqual([])
  expect(await page.content()).not.toContain('planted')
  await page.getByLabel('Address').fill(second.baseUrl)
  await page.getByLabel('Key', { exact: true }).fill(planted)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Test Second' }).click()
  await page.getByText('Second answers, and takes the key.').waitFor()
  await page.getByRole('button', { name: 'Test 127.0.0.1:9' }).click()
  await page.getByText('it cannot be reached').first().waitFor()

  await page.goto(`${home.url}/chats/new`)
  await write(page, 'Who answers?')
  await page.locator('#messages .msg .body').nth(1).filter({ hasText: /\w/ }).waitFor()
  await expect.poll(() => second.model.requests.map(({ key }) => key), { timeout: 20_000 }).toContain(planted)
  const receipt = await page.locator('a[data-fold=receipt]').first().getAttribute('href')
  const reader = await page.context().newPage()
  await reader.goto(`${home.url}${receipt ?? ''}`)
  await reader.getByText('Answered by Second. 127.0.0.1:9 was asked before and could not answer.').waitFor()
  expect(home.complaints).toEqual([])
  await page.context().storageState({ path: join(dir, 'ada.json') })
})

it.each([
  ['light', 1280],
  ['dark', 320],
] as const)('keeps nobody out, in %s, %i wide', async (colorScheme, width) => {
  const { page, context } = await home.visit({
    colorScheme,
    viewport: { width, height: 800 },
    storageState: join(dir, 'ada.json'),
  })
  for (const path of ['/admin/providers', '/admin/providers/new']) {
    await page.goto(`${home.url}${path}`)
    expect(await hindrances(page)).toEqual([])
    expect(await fits(page)).toBe(true)
  }
  await page.goto(`${home.url}/admin/providers`)
  await page.getByRole('link', { name: 'Edit Second' }).click()
  await page.getByText('A key is kept').waitFor()
  expect(await hindrances(page)).toEqual([])
  expect(await fits(page)).toBe(true)
  expect(await page.content()).not.toContain('planted')
  await context.close()
})
