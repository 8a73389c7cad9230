import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Home, openHome } from './testing/home.ts'

/** The doors of the house, as people walk through them: a real Parley, a real mail server, a real browser. */

let home: Home

beforeAll(async () => {
  home = await openHome()
})
afterAll(() => home.close())

const password = 'the engine weaves algebra'
const eventually = { timeout: 15_000 }
const path = (page: Page) => new URL(page.url()).pathname
const notices = (page: Page) => page.locator('#notices').innerText()

async function register(page: Page, email: string, username = ''): Promise<void> {
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password once more').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
}

async function logIn(page: Page, email: string, typed = password): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(typed)
  await page.getByRole('button', { name: 'Log in' }).click()
}

const mailed = async (email: string, count = 1) => {
  await expect.poll(() => home.link(email, count), eventually).toBeDefined()
  return home.link(email, count) ?? ''
}

describe('registering', () => {
  it('signs in at once, limited; the mailed link and its button make the account whole', async () => {
    const { page, context } = await home.visit()
    await register(page, 'ada@example.com')
    expect(await notices(page)).toMatch(/Confirm ada@example\.com[\s\S]*Welcome/)
    const link = await mailed('ada@example.com')
    // A mail scanner looks at it first, with and without a browser.
    for (let look = 0; look < 3; look += 1) expect((await fetch(link)).status).toBe(200)
    await page.goto(link)
    await page.getByRole('button', { name: 'Confirm my address' }).click()
    await page.waitForURL('**/chats*')
    expect(await notices(page)).toMatch(/^Your address is confirmed\. You can ask Parley now\.$/)
    await page.goto(`${home.url}/profile`)
    expect(await page.getByLabel('Username').inputValue()).toBe('ada')
    expect(await notices(page)).toBe('')
    await page.goto(link)
    expect(await page.locator('main').innerText()).toContain('used already')
    await context.close()
  }, 60_000)

  it('in another browser than the link is opened in: confirmed there, and it leads to the way in', async () => {
    const { page, context } = await home.visit()
    await register(page, 'grace@example.com', 'grace')
    const link = await mailed('grace@example.com')
    const phone = await home.visit()
    await phone.page.goto(link)
    await phone.page.getByRole('button', { name: 'Confirm my address' }).click()
    await phone.page.waitForURL('**/login*')
    expect(await notices(phone.page)).toContain('Your address is confirmed')
    await page.reload()
    expect(await notices(page)).not.toContain('Confirm grace')
    await Promise.all([context.close(), phone.context.close()])
  }, 60_000)

  it('what was typed wrongly is said beside its field, and all but passwords is kept', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await home.visit({ javaScriptEnabled })
      await page.goto(`${home.url}/register`)
      await page.getByLabel('E-mail').fill('ada@example.com')
      await page.getByLabel('Username').fill('grace')
      await page.getByLabel('Password', { exact: true }).fill('password123')
      await page.getByLabel('Password once more').fill('password123')
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.locator('#notices .bad').waitFor()
      expect(await page.locator('#password-error').innerText()).toContain('first that anybody would try')
      expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com')
      expect(await page.getByLabel('Username').inputValue()).toBe('grace')
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
      expect(await page.locator('#password').getAttribute('aria-invalid')).toBe('true')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByLabel('Password once more').fill(password)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect
        .poll(() => page.locator('#email-error').innerText())
        .toContain('an account with this e-mail')
      expect(await page.locator('#username-error').innerText()).toContain('taken')
      await context.close()
    }
  }, 60_000)

  it('with JavaScript it is said before anything is sent, and goes when it is mended', async () => {
    const { page, context } = await home.visit()
    await page.goto(`${home.url}/register`)
    const sent: string[] = []
    page.on('request', request => void (request.method() === 'POST' && sent.push(request.url())))
    await page.getByRole('button', { name: 'Create account' }).click()
    expect(await page.locator('#email-error').innerText()).toBe('This is needed.')
    expect(await page.evaluate('document.activeElement.id')).toBe('email')
    await page.getByLabel('E-mail').fill('linus')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByLabel('Password once more').fill('shorter')
    await page.getByLabel('Password once more').blur()
    expect(await page.locator('#email-error').innerText()).toContain('does not look like an e-mail')
    expect(await page.locator('#password-error').innerText()).toContain('at least 10')
    expect(await page.locator('#passwordAgain-error').innerText()).toContain('not the same')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByLabel('Password once more').fill(password)
    expect(await page.locator('#password-error').innerText()).toBe('')
    expect(await page.locator('#passwordAgain-error').innerText()).toBe('')
    expect(sent).toEqual([])
    await context.close()
  }, 60_000)
})

describe('coming back', () => {
  it('without JavaScript: to the page that was asked for, and out again', async () => {
    const { page, context } = await home.visit({ javaScriptEnabled: false })
    await page.goto(`${home.url}/settings?from=mail`)
    expect(path(page)).toBe('/login')
    await logIn(page, 'ada@example.com', 'not my password')
    expect(await page.locator('#notices').innerText()).toContain('do not belong together')
    expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com')
    await logIn(page, 'Ada@Example.com')
    expect(page.url()).toBe(`${home.url}/settings?from=mail`)
    await page.locator('.account summary').click()
    await page.getByRole('button', { name: 'Log out', exact: true }).first().click()
    expect(path(page)).toBe('/login')
    await page.goto(`${home.url}/profile`)
    expect(path(page)).toBe('/login')
    await context.close()
  }, 60_000)

  it('leads nowhere else than here', async () => {
    const { page, context } = await home.visit()
    await page.goto(`${home.url}/login?next=${encodeURIComponent('//evil.example/')}`)
    await logIn(page, 'ada@example.com')
    await page.waitForURL('**/chats*')
    expect(new URL(page.url()).origin).toBe(home.url)
    await context.close()
  }, 60_000)

  it('after forgetting the password: a mailed link, a new one, and every session is over', async () => {
    const old = await home.visit()
    await old.page.goto(`${home.url}/login`)
    await logIn(old.page, 'grace@example.com')
    await old.page.waitForURL('**/chats*')
    const { page, context } = await home.visit()
    const ask = async (email: string) => {
      await page.goto(`${home.url}/forget-password`)
      await page.getByLabel('E-mail').fill(email)
      await page.getByRole('button', { name: 'Mail me the link' }).click()
      await page.waitForURL('**/login*')
      return notices(page)
    }
    const forNobody = await ask('nobody@example.com')
    expect(await ask('grace@example.com')).toBe(forNobody)
    await page.goto(await mailed('grace@example.com', 2))
    await page.getByLabel('New password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Set this password' }).click()
    expect(await page.locator('#password-error').innerText()).toContain('at least 10')
    await page.getByLabel('New password', { exact: true }).fill('a compiler for her ships')
    await page.getByLabel('New password once more').fill('a compiler for her ships')
    await page.getByRole('button', { name: 'Set this password' }).click()
    await page.waitForURL('**/login*')
    await logIn(page, 'grace@example.com', 'a compiler for her ships')
    await page.waitForURL('**/chats*')
    await old.page.goto(`${home.url}/profile`)
    expect(path(old.page)).toBe('/login')
    await page.goto(await mailed('grace@example.com', 2))
    expect(await page.locator('main').innerText()).toContain('used already')
    await Promise.all([context.close(), old.context.close()])
  }, 60_000)

  it('two tabs whose access ran out renew it at once, and both stay', async () => {
    const { page, context } = await home.visit()
    await page.goto(`${home.url}/login`)
    await logIn(page, 'ada@example.com')
    await page.waitForURL('**/chats*')
    const kept = (await context.cookies()).filter(({ name }) => !/access/.test(name))
    await context.clearCookies()
    await context.addCookies(kept)
    const tabs = await Promise.all([1, 2, 3].map(() => context.newPage()))
    await Promise.all(tabs.map(tab => tab.goto(`${home.url}/profile`)))
    expect(tabs.map(path)).toEqual(['/profile', '/profile', '/profile'])
    for (const tab of tabs) {
      await tab.reload()
      expect(path(tab)).toBe('/profile')
      expect(await notices(tab)).toBe('')
    }
    await context.close()
  }, 60_000)
})

it('no page complained of its own policy or scripts', () => {
  expect(home.complaints).toEqual([])
})
