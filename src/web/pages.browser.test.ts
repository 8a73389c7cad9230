import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hindrances, type Home, openHome } from './testing/home.ts'

/** What is promised of every page: nobody is kept out, nothing hangs over, and it is light. */

let home: Home
let mailedLink: string
let resetLink: string
/** Ada's cookies, so that each visit need not sign in. */
let state: Exclude<BrowserContextOptions['storageState'], undefined>

const email = 'ada@example.com'
const password = 'the engine weaves algebra'

beforeAll(async () => {
  home = await openHome()
  const { page, context } = await home.visit()
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password once more').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
  state = await context.storageState()
  await vi.waitUntil(() => home.link(email), { timeout: 15_000 })
  mailedLink = new URL(home.link(email) ?? '').pathname
  await page.goto(`${home.url}/forget-password`)
  await page.getByRole('button', { name: 'Mail me the link' }).click()
  await vi.waitUntil(() => home.link(email, 2), { timeout: 15_000 })
  resetLink = new URL(home.link(email, 2) ?? '').pathname
  await context.close()
}, 60_000)
afterAll(() => home.close())

const forNobody = () => [
  '/login',
  '/login?notice=loggedOut',
  '/register',
  '/forget-password',
  resetLink,
  mailedLink,
  '/email-verify/unknown',
  '/email-verify',
  '/password-reset/unknown',
  '/nothing/here',
  '/guide/connect-slack',
  '/design',
]
const forAda = [
  '/design/beside',
  '/design/beside?view=list',
  '/profile',
  '/settings',
  '/logout',
  '/nothing/here',
  '/settings?notice=settingsSaved',
]

async function everywhere(options: BrowserContextOptions, look: (page: Page, path: string) => Promise<void>) {
  const visits = [
    [{ ...options }, forNobody()],
    [{ ...options, storageState: state }, forAda],
  ] as const
  for (const [visit, paths] of visits) {
    const { page, context } = await home.visit(visit)
    for (const path of paths) {
      await page.goto(home.url + path)
      await look(page, path)
    }
    await context.close()
  }
}

describe('every page', () => {
  it.each([
    ['light', 'en'],
    ['dark', 'en'],
    ['light', 'ko'],
  ] as const)(
    'keeps nobody out, in %s and %s',
    async (colorScheme, locale) => {
      const found: Record<string, readonly string[]> = {}
      await everywhere({ colorScheme, locale, reducedMotion: 'reduce' }, async (page, path) => {
        const wrong = await hindrances(page)
        if (wrong.length > 0) found[path] = wrong
      })
      expect(found).toEqual({})
    },
    120_000,
  )

  it('keeps nobody out when a form was refused or a menu is open', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context } = await home.visit({ colorScheme, javaScriptEnabled: true })
      await page.goto(`${home.url}/register`)
      await page.evaluate("document.querySelector('.form').submit()")
      await page.locator('#notices .bad').waitFor()
      expect(await hindrances(page)).toEqual([])
      await context.close()
      const hers = await home.visit({ colorScheme, storageState: state })
      for (const path of ['/profile', '/design/beside']) {
        await hers.page.goto(home.url + path)
        await hers.page.locator('.account summary').click()
        expect(await hindrances(hers.page)).toEqual([])
      }
      await hers.page.goto(`${home.url}/profile`)
      for (const form of ['/profile', '/profile/email', '/profile/password', '/profile/delete']) {
        await hers.page.goto(`${home.url}/profile`)
        await hers.page.evaluate(
          `document.querySelector('form[action="${form}"]').querySelector('input:not([hidden])').value = ''`,
        )
        await hers.page.evaluate(`document.querySelector('form[action="${form}"]').submit()`)
        await hers.page.locator('#notices .bad').waitFor()
        expect(await hindrances(hers.page)).toEqual([])
      }
      await hers.context.close()
    }
  }, 120_000)

  it('fits a window of 320 px, with targets that a finger hits', async () => {
    const found: Record<string, unknown> = {}
    const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }
    await everywhere(phone, async (page, path) => {
      const width = await page.evaluate('document.documentElement.scrollWidth')
      const small =
        await page.evaluate(`[...document.querySelectorAll('button, .btn, .foot a, .bar a, summary, .field input:not([type=checkbox]), select')]
        .filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 90))`)
      if (width !== 320 || (small as string[]).length > 0) found[path] = { width, small }
    })
    expect(found).toEqual({})
  }, 120_000)

  it('in a narrow window is a list or what is open, each with a way to the other and with its notices', async () => {
    const { page, context } = await home.visit({ viewport: { width: 320, height: 640 }, storageState: state })
    const shown = () =>
      Promise.all(['.list', '.top h1', '#notices'].map(part => page.locator(part).isVisible()))
    await page.goto(`${home.url}/design/beside`)
    expect(await shown()).toEqual([false, true, true])
    await page.getByRole('link', { name: 'Back to the list' }).click()
    await page.locator('.list').waitFor()
    expect(await shown()).toEqual([true, false, true])
    await page.getByRole('link', { name: /Why did the export/ }).click()
    await page.locator('.top h1').waitFor()
    await page.setViewportSize({ width: 1100, height: 640 })
    expect(await shown()).toEqual([true, true, true])
    await context.close()
  }, 60_000)

  it('weighs less than 100 kB on the wire, and asks nobody else', async () => {
    const { page, context } = await home.visit()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    for (const path of forNobody()) {
      await session.send('Network.clearBrowserCache')
      let bytes = 0
      const hosts = new Set<string>()
      const count = (event: { encodedDataLength: number }) => {
        bytes += event.encodedDataLength
      }
      const meet = (request: { url(): string }) => void hosts.add(new URL(request.url()).origin)
      session.on('Network.loadingFinished', count)
      page.on('request', meet)
      await page.goto(home.url + path, { waitUntil: 'networkidle' })
      session.off('Network.loadingFinished', count)
      page.off('request', meet)
      expect(bytes).toBeGreaterThan(2_000)
      expect(bytes).toBeLessThan(100_000)
      expect([...hosts]).toEqual([home.url])
    }
    await context.close()
  }, 60_000)

  it('does not move while it loads', async () => {
    const { page, context } = await home.visit()
    await page.addInitScript(`window.shifted = 0
      new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifted += entry.value }).observe({ type: 'layout-shift', buffered: true })`)
    for (const path of forNobody()) {
      await page.goto(home.url + path, { waitUntil: 'networkidle' })
      expect([path, await page.evaluate('window.shifted')]).toEqual([path, 0])
    }
    await context.close()
  }, 60_000)

  it('can be walked through by keyboard, beginning with the way past the frame', async () => {
    const { page, context } = await home.visit({ storageState: state })
    await page.goto(`${home.url}/profile`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true)
    await page.locator('.account summary').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Settings' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('.account').getAttribute('open')).toBeNull()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SUMMARY')
    await context.close()
  }, 60_000)
})

describe('light and dark', () => {
  const paper = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const light = 'rgb(251, 250, 248)'
  const dark = 'rgb(22, 21, 19)'

  it('follow the system, until one is chosen; a choice stays in this browser', async () => {
    const { page, context } = await home.visit({ colorScheme: 'dark' })
    await page.goto(`${home.url}/login`)
    expect(await paper(page)).toBe(dark)
    await page.getByRole('link', { name: 'Light' }).click()
    await page.locator('html[data-theme=light]').waitFor()
    expect(await paper(page)).toBe(light)
    await page.goto(`${home.url}/register`)
    expect(await paper(page)).toBe(light)
    await context.close()
  })

  it('follow the member wherever they sign in', async () => {
    const { page, context } = await home.visit({ colorScheme: 'light', storageState: state })
    await page.goto(`${home.url}/settings`)
    await page.getByLabel('Theme').selectOption('dark')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('html[data-theme=dark]').waitFor()
    expect(await paper(page)).toBe(dark)
    const other = await home.visit({ colorScheme: 'light', storageState: state })
    await other.page.goto(`${home.url}/profile`)
    expect(await paper(other.page)).toBe(dark)
    await page.getByLabel('Theme').selectOption('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('html:not([data-theme])').waitFor()
    await Promise.all([context.close(), other.context.close()])
  })
})

it('no page complained of its own policy or scripts', () => {
  expect(home.complaints).toEqual([])
})
