import type { BrowserContextOptions, Cookie, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hindrances, type Home, openHome } from '../testing/home.ts'
import { answered, answers, beginChat, comeIn, eventually } from '../testing/reader.ts'

/** Every page of the chats keeps nobody out: by axe-core, in light and dark, in English and Korean, down to 320 px. */

let home: Home
let page: Page
let cookies: Cookie[]
let id: string

beforeAll(async () => {
  home = await openHome()
  page = (await home.visit()).page
  await comeIn(home, page, 'Ada')
  cookies = await page.context().cookies()
}, 90_000)
afterAll(() => home.close())

/** Ada's other window. */
async function window(options: BrowserContextOptions): Promise<Page> {
  const other = await home.visit(options)
  await other.context.addCookies(cookies)
  return other.page
}

async function isKind(at: Page, what: string): Promise<void> {
  expect([what, await hindrances(at)]).toEqual([what, []])
  expect([what, await at.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)')]).toEqual(
    [what, 0],
  )
}

const shots = process.env['SHOTS']
const shoot = (at: Page, name: string) =>
  shots === undefined ? undefined : at.screenshot({ path: `${shots}/${name}.png` })

/** The language of the pages, as Ada sets it. */
async function speak(language: 'en' | 'ko'): Promise<void> {
  await page.goto(`${home.url}/settings`)
  await page.locator('[name="language"]').selectOption(language)
  await page.locator('form:has([name="language"]) button.primary').click()
  await expect.poll(() => page.locator('html').getAttribute('lang'), eventually).toBe(language)
}

async function walk(at: Page, name: string, whatItSaw: RegExp): Promise<void> {
  await at.goto(`${home.url}/chats`)
  await isKind(at, 'the chats')
  await shoot(at, `${name}-chats`)
  await at.goto(`${home.url}/chats?q=code`)
  await isKind(at, 'a search')
  await shoot(at, `${name}-search`)
  await at.goto(`${home.url}/chats?q=zzyzx`)
  await isKind(at, 'a search for nothing')
  await at.goto(`${home.url}/chats/new`)
  await isKind(at, 'a new chat')
  await shoot(at, `${name}-new`)
  await at.goto(`${home.url}/chats/${id}`)
  await at.getByRole('link', { name: whatItSaw }).first().click()
  await at.locator('.fold').waitFor()
  await isKind(at, 'a dialogue')
  await shoot(at, `${name}-dialogue`)
  await at.locator('header.top summary').click()
  await isKind(at, 'a menu')
  await shoot(at, `${name}-menu`)
  await at.keyboard.press('Escape')
  await at.keyboard.press('?')
  await at.getByRole('dialog').waitFor()
  await isKind(at, 'the keys')
  await shoot(at, `${name}-keys`)
  for (const path of [`/chats/${id}/people`, `/chats/${id}/remove`]) {
    await at.goto(home.url + path)
    await isKind(at, path)
    await shoot(at, `${name}${path.replace(/.*\//, '-')}`)
  }
  await at.goto(`${home.url}/chats/${id}`)
  const receipt = await at.getByRole('link', { name: whatItSaw }).first().getAttribute('href')
  await at.goto(`${home.url}${receipt}`)
  await isKind(at, 'a receipt')
  await at.context().close()
}

describe('the pages of the chats', () => {
  it('keep nobody out when there is nothing yet, and while an answer comes', async () => {
    await page.goto(`${home.url}/chats`)
    await isKind(page, 'no chats')
    await shoot(page, 'empty')
    await beginChat(home, page, 'slow')
    await expect.poll(() => answers(page).innerText(), eventually).toContain('I am writing')
    await isKind(page, 'an answer under way')
    await shoot(page, 'streaming')
    await page.getByRole('button', { name: 'Stop' }).click()
    await answered(page)
    await isKind(page, 'a stopped answer')
    id = await beginChat(home, page, 'code')
    await answered(page)
    await page.locator('#text').fill('table')
    await page.locator('#text').press('Enter')
    await answered(page, 2)
    await page.getByRole('button', { name: 'Edit' }).first().click()
    await page.locator('.edit').waitFor()
    await isKind(page, 'an editor')
    await shoot(page, 'editor')
  }, 120_000)

  it.each(['light', 'dark'] as const)(
    'keep nobody out in the %s',
    async colorScheme => {
      await walk(await window({ colorScheme }), colorScheme, /messages seen/)
      expect(home.complaints).toEqual([])
    },
    120_000,
  )

  it('keep nobody out in Korean, on a phone', async () => {
    await speak('ko')
    const at = await window({
      viewport: { width: 320, height: 640 },
      hasTouch: true,
      isMobile: true,
    })
    await walk(at, 'korean', /참고/)
    await speak('en')
    expect(home.complaints).toEqual([])
  }, 120_000)

  it('are two views on a phone, with a way back, and with room for a finger', async () => {
    const at = await window({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true })
    await at.goto(`${home.url}/chats`)
    expect(await at.locator('.composer').isVisible()).toBe(false)
    await at.locator('#list a.item').first().click()
    await at.waitForURL(/\/chats\/[\w-]+/)
    expect(await at.locator('#list').isVisible()).toBe(false)
    await shoot(at, 'phone-dialogue')
    const small =
      await at.evaluate(`[...document.querySelectorAll('button, summary, .under a, header a, .composer textarea')]
      .filter(one => one.checkVisibility() && one.getClientRects().length > 0)
      .map(one => [one.outerHTML.slice(0, 60), Math.round(one.getBoundingClientRect().height), Math.round(one.getBoundingClientRect().width)])
      .filter(([, height, width]) => height < 44 || width < 32)`)
    expect(small).toEqual([])
    await at.getByRole('link', { name: 'Back to the list' }).click()
    await at.waitForURL('**/chats')
    expect(await at.locator('#list a.item').first().isVisible()).toBe(true)
    await shoot(at, 'phone-chats')
    await at.context().close()
  }, 60_000)

  it('are light on the wire', async () => {
    for (const path of ['/chats', `/chats/${id}`]) {
      const at = await window({})
      const wire = await at.context().newCDPSession(at)
      await wire.send('Network.enable')
      let bytes = 0
      wire.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
      await at.goto(home.url + path, { waitUntil: 'networkidle' })
      expect(bytes).toBeGreaterThan(5_000)
      expect(bytes).toBeLessThan(100_000)
      await at.context().close()
    }
    expect(home.complaints).toEqual([])
  }, 60_000)
})
