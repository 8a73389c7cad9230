import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hindrances, type Home, openHome } from './testing/home.ts'

/** From the sandbox's Slack and Discord to the web and back, as a person does it. */

let home: Home
let page: Page

const eventually = { timeout: 20_000 }

beforeAll(async () => {
  home = await openHome()
  page = (await home.visit()).page
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill('the engine weaves algebra')
  await page.getByLabel('Password once more').fill('the engine weaves algebra')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
}, 60_000)
afterAll(() => home.close())

/** Nobody is kept out of this page, and it fits a phone. */
async function isKind(at: Page = page): Promise<void> {
  expect([new URL(at.url()).pathname, await hindrances(at)]).toEqual([new URL(at.url()).pathname, []])
  const before = at.viewportSize()
  await at.setViewportSize({ width: 320, height: 640 })
  expect(await at.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  if (before) await at.setViewportSize(before)
}

/** Types a command in the sandbox and gives the link that Ada is answered with. */
async function askForLink(platform: string, command: string): Promise<string> {
  const sandbox = (await home.visit()).page
  await sandbox.goto(`${home.url}/sandbox?on=${platform}&in=support&as=ada`)
  const links = sandbox.locator('.channel a[href*="/link/"]')
  // Until the platform's stand-in has a bot connected, it knows no command.
  await expect
    .poll(async () => {
      if ((await links.count()) > 0) return true
      await sandbox.fill('#channel-text', command)
      await sandbox.press('#channel-text', 'Enter')
      return links
        .first()
        .waitFor({ timeout: 3_000 })
        .then(
          () => true,
          () => false,
        )
    }, eventually)
    .toBe(true)
  const href = (await links.last().getAttribute('href')) ?? ''
  const graces = (await home.visit()).page
  await graces.goto(`${home.url}/sandbox?on=${platform}&in=support&as=grace`)
  expect(await graces.locator('a[href*="/link/"]').count()).toBe(0)
  await graces.context().close()
  await sandbox.context().close()
  return href
}

describe.each([
  ['slack', '/parley link'],
  ['discord', '/link'],
])('linking from %s', (platform, command) => {
  it('goes from the command over a page with both sides to the profile', async () => {
    const href = await askForLink(platform, command)
    expect(new URL(href).origin).toBe(home.url)
    const stranger = (await home.visit()).page
    await stranger.goto(href)
    await stranger.getByRole('link', { name: 'Register' }).waitFor()
    await isKind(stranger)
    await stranger.context().close()
    await page.goto(href)
    await isKind()
    await page.getByRole('button', { name: 'Link them' }).click()
    await page.getByRole('link', { name: 'Continue as Ada' }).click()
    await page.getByText('Your accounts are linked.').waitFor()
    expect(await page.locator('#notices .good').count()).toBe(1)
    const card = page.getByRole('region', { name: 'Linked accounts' })
    await expect.poll(() => card.innerText(), eventually).toMatch(new RegExp(platform, 'i'))
    await isKind()
    await page.goto(href)
    await page.getByText('It was used.').waitFor()
    await isKind()
  }, 90_000)
})

describe('a dialogue of one’s own', () => {
  let id: string

  it('is published with masks, read by anybody, and taken back', async () => {
    const sandbox = (await home.visit()).page
    await sandbox.goto(`${home.url}/sandbox?on=slack&in=direct&as=ada`)
    await sandbox.fill('#channel-text', 'I am Ada, and this is between us')
    await sandbox.press('#channel-text', 'Enter')
    const mine = async () => {
      const text = await page.evaluate(() => fetch('/export.json').then(got => got.text()))
      const told: { readonly dialogues: readonly { readonly id: string }[] } = JSON.parse(text)
      return told.dialogues[0]?.id
    }
    await expect.poll(mine, eventually).toBeDefined()
    id = (await mine()) ?? ''
    await sandbox.context().close()
    await page.goto(`${home.url}/chats/${id}/share`)
    await isKind()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('The dialogue is published.').waitFor()
    const stranger = (await home.visit()).page
    await stranger.goto(`${home.url}/public`)
    await isKind(stranger)
    await stranger.getByRole('link', { name: /I am Person A/ }).click()
    await stranger.getByText('this is between us').first().waitFor()
    expect(await stranger.locator('main').innerText()).not.toMatch(/\bAda\b|U0ADA/)
    await isKind(stranger)
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.waitForURL('**/chats*')
    expect((await stranger.reload())?.status()).toBe(404)
    await stranger.context().close()
  }, 90_000)

  it('is forgotten, with a receipt', async () => {
    await page.goto(`${home.url}/chats/${id}/forget`)
    await isKind()
    await page.getByRole('button', { name: 'Erase it' }).click()
    await page.getByRole('heading', { name: 'Erased' }).waitFor()
    await isKind()
    expect((await page.goto(`${home.url}/chats/${id}/forget`))?.status()).toBe(404)
  }, 60_000)
})

describe('a person', () => {
  it('is forgotten: asked first, then signed out, with a receipt of how much it was', async () => {
    await page.goto(`${home.url}/forget`)
    await isKind()
    await page.getByLabel('Username').fill('grace')
    await page.getByLabel('Present password').fill('the engine weaves algebra')
    await page.getByRole('button', { name: 'Erase everything of mine' }).click()
    await page.locator('#username-error').waitFor()
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Present password').fill('the engine weaves algebra')
    await page.getByRole('button', { name: 'Erase everything of mine' }).click()
    await page.waitForURL('**/forget/receipt/*')
    await expect
      .poll(async () => {
        await page.reload()
        return page.getByRole('heading', { level: 1 }).innerText()
      }, eventually)
      .toBe('Erased')
    await isKind()
    await page.goto(`${home.url}/profile`)
    expect(new URL(page.url()).pathname).toBe('/login')
    expect(home.complaints).toEqual([])
  }, 60_000)
})
