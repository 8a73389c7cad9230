import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBrowser, openPage } from './testing/browser.ts'
import { type ServedPage, servePage } from './testing/served-page.ts'

let browser: Browser
let served: ServedPage
let page: Page

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  served = await servePage()
})
afterEach(async () => {
  await page.context().close()
  await served.down()
})

async function violations(): Promise<unknown> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  const found: string[] =
    await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => id + ': ' + html.slice(0, 160) + ' ' + (any[0]?.message ?? ''))))`)
  return found
}

const answered = async () => {
  await page.locator('#channel-text').fill('@Parley hi')
  await page.locator('#channel-text').press('Enter')
  await page.locator('.thread .msg.from-parley:not(.live)').waitFor()
}

it.each(['light', 'dark'] as const)('nothing stands in anybody’s way in %s', async colorScheme => {
  page = await openPage(browser, served.url, { colorScheme, reducedMotion: 'reduce' })
  expect(await violations()).toEqual([])
  await answered()
  expect(await violations()).toEqual([])
  await page.getByRole('button', { name: 'Discord' }).click()
  await page.locator('body[data-platform=discord]').waitFor()
  await answered()
  expect(await violations()).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  expect(await violations()).toEqual([])
})

it('at 320 px, list, channel and thread are one at a time, with a way back', async () => {
  page = await openPage(browser, served.url, {
    viewport: { width: 320, height: 640 },
    hasTouch: true,
    isMobile: true,
  })
  const width = () => page.evaluate('document.documentElement.scrollWidth')
  expect(await violations()).toEqual([])
  await answered()
  expect(await page.locator('.channel').isVisible()).toBe(false)
  expect([await width(), await violations()]).toEqual([320, []])
  await page.getByRole('button', { name: 'Back to the channel' }).click()
  await page.locator('.channel .msg').waitFor()
  await page.getByRole('button', { name: 'Back to places and people' }).click()
  await page.locator('.rail').getByRole('button', { name: 'eng' }).waitFor()
  expect([await width(), await violations()]).toEqual([320, []])
  await page.locator('.rail').getByRole('button', { name: 'eng' }).click()
  await expect.poll(() => page.locator('.channel > header').innerText()).toContain('# eng')
})
