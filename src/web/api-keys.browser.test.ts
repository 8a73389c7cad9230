import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hindrances, type Home, openHome } from './testing/home.ts'

let home: Home
let page: Page

const password = 'the engine weaves algebra'

beforeAll(async () => {
  home = await openHome()
  page = (await home.visit()).page
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password once more').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
}, 120_000)
afterAll(() => home.close())

/** Nothing is cut off or scrolled sideways on the narrowest phone, and nothing stands in anybody's way. */
async function isKind(): Promise<void> {
  await page.setViewportSize({ width: 320, height: 700 })
  const tooWide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(tooWide).toBeLessThanOrEqual(0)
  expect(await hindrances(page)).toEqual([])
  await page.setViewportSize({ width: 1100, height: 760 })
}

describe('API keys, in a browser', () => {
  it('are made from the profile, shown once, and let a program in until they are revoked', async () => {
    await page.goto(`${home.url}/profile`)
    await page.getByRole('link', { name: 'Manage API keys' }).click()
    await page.getByLabel('Name').fill('deploy bot')
    await page.getByRole('button', { name: 'Make key' }).click()
    const key = await page.getByLabel('Key', { exact: true }).inputValue()
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    await isKind()
    const ask = () => fetch(`${home.url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })
    expect(await (await ask()).json()).toMatchObject({ username: 'ada' })
    await page.goto(`${home.url}/profile/api-keys`)
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke deploy bot' }).click()
    await page.getByText('The key is revoked.').waitFor()
    expect((await ask()).status).toBe(401)
    expect(home.complaints).toEqual([])
  })

  it('lead to a description that is searched from the keyboard', async () => {
    await page.goto(`${home.url}/profile/api-keys`)
    await page.getByRole('link', { name: 'How programs use Parley' }).click()
    await page.waitForURL('**/api/docs')
    await page.keyboard.press('/')
    await page.keyboard.type('revoke')
    const shown = page.locator('details.operation:not([hidden])')
    expect(await shown.locator('summary code').allInnerTexts()).toEqual(['/api/v1/api-keys/{id}'])
    await shown.locator('summary').focus()
    await page.keyboard.press('Enter')
    await page.getByText('204 Nobody gets in').waitFor()
    await isKind()
    expect(home.complaints).toEqual([])
  })
})
