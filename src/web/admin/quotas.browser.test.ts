import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signUp } from '../testing/day.ts'
import { hindrances, type Home, openHome } from '../testing/home.ts'
import { answered, beginChat } from '../testing/reader.ts'

/** Limits, usage and prices, as an owner sets them and a member meets them. */

let home: Home
let ada: Page
let grace: Page
const eventually = { timeout: 15_000 }

beforeAll(async () => {
  home = await openHome({ ADMIN_EMAILS: 'ada@example.com' })
  ada = await signUp(home, 'ada')
  grace = await signUp(home, 'grace')
}, 90_000)
afterAll(() => home.close())

async function isKind(page: Page): Promise<void> {
  expect([new URL(page.url()).pathname, await hindrances(page)]).toEqual([new URL(page.url()).pathname, []])
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  if (size) await page.setViewportSize(size)
}

it('limits everybody by one press, and one person by hand', async () => {
  await ada.goto(`${home.url}/admin/quotas`)
  await ada.getByRole('button', { name: '5 requests a day each' }).click()
  await ada.getByText('The limits are saved.').waitFor()
  await ada.getByRole('link', { name: 'Add a limit' }).click()
  await isKind(ada)
  await ada.getByLabel('Which one').fill('nobody')
  await ada.getByLabel('Limit', { exact: true }).fill('one')
  await ada.getByRole('button', { name: 'Save the limit' }).click()
  await ada.getByText('Choose one of those offered.').waitFor()
  await ada.getByLabel('Which one').fill('grace')
  await ada.getByLabel('Limit', { exact: true }).fill('1')
  await ada.getByRole('button', { name: 'Save the limit' }).click()
  await ada.getByRole('row', { name: /grace person/i }).waitFor()
  expect(await ada.getByText('5 requests a day each is on').count()).toBe(1)
  await isKind(ada)
  expect(await ada.getByRole('row', { name: /grace person/i }).innerText()).toContain('1 request')
}, 60_000)

it('lets whoever spent theirs ask for more, and be given it', async () => {
  await beginChat(home, grace, 'When is high tide?')
  await answered(grace)
  await grace.goto(`${home.url}/usage`)
  await grace.getByText('none left').waitFor()
  await isKind(grace)
  await grace.getByRole('button', { name: 'Ask for more' }).click()
  await grace.getByText('Asked for more').waitFor()
  await ada.goto(`${home.url}/admin/quotas`)
  await isKind(ada)
  await ada.getByLabel(/How much more for/).fill('2')
  await ada.getByRole('button', { name: 'Grant' }).click()
  await ada.getByText('Granted. Whoever asked is told.').waitFor()
  await grace.goto(`${home.url}/usage`)
  await grace.getByText('3 requests a day').waitFor()
  expect(await grace.getByText('2 left').count()).toBe(1)
}, 90_000)

it('shows where it went, and what is not known until somebody says it', async () => {
  await ada.goto(`${home.url}/admin/usage`)
  await expect.poll(() => ada.getByRole('row', { name: /^grace/i }).count(), eventually).toBe(1)
  await isKind(ada)
  const coming = ada.waitForEvent('download')
  await ada.getByRole('link', { name: 'Download as CSV' }).click()
  expect((await coming).suggestedFilename()).toMatch(/^usage-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/)
  await ada.getByRole('link', { name: 'Set prices' }).click()
  await ada
    .getByRole('link', { name: /^Set price/ })
    .first()
    .click()
  await ada.getByLabel('A million input tokens').fill('$0.25')
  await ada.getByLabel('A million output tokens').fill('2')
  await isKind(ada)
  await ada.getByRole('button', { name: 'Save the price' }).click()
  await ada.getByText('The price is saved.').waitFor()
  await ada.getByRole('row', { name: /\$0\.25/ }).waitFor()
  expect(await ada.getByText('Used, but of unknown price').count()).toBe(0)
  expect(home.complaints).toEqual([])
}, 60_000)
