import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Home, openHome } from './testing/home.ts'

let home: Home
let page: Page

const password = 'the engine weaves algebra'
const eventually = { timeout: 15_000 }

beforeAll(async () => {
  home = await openHome()
  page = (await home.visit()).page
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password once more').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
}, 60_000)
afterAll(() => home.close())

const notices = () => page.locator('#notices').innerText()
const card = (name: string) => page.getByRole('region', { name, exact: true })

describe('the profile', () => {
  it('is there from the beginning, and keeps what is changed', async () => {
    await page.goto(`${home.url}/profile`)
    expect(await page.getByLabel('Nickname').inputValue()).toBe('ada')
    await page.getByLabel('Nickname').fill('Ada ✨')
    await page.getByLabel('First name').fill('Ada')
    await page.getByLabel('Last name').fill('Lovelace')
    await page.getByLabel('Year of birth').fill('1915')
    await page.getByLabel('Job').fill('Mathematician')
    await card('Names').getByRole('button', { name: 'Save' }).click()
    await page.getByText('Your profile is saved.').waitFor()
    expect(await page.getByLabel('Last name').inputValue()).toBe('Lovelace')
    expect(await page.locator('.account-name').innerText()).toBe('Ada ✨')
  })

  it('says beside each field what cannot be, and keeps what was typed', async () => {
    await page.getByLabel('First name').fill('x'.repeat(33))
    await page.getByLabel('Year of birth').fill('nineteen')
    await page.evaluate('document.querySelector(\'form[action="/profile"]\').submit()')
    await page.locator('#notices .bad').waitFor()
    expect(await page.locator('#firstName-error').innerText()).toBe('Use at most 32 characters.')
    expect(await page.locator('#bornYear-error').innerText()).not.toBe('')
    expect(await page.getByLabel('Year of birth').inputValue()).toBe('nineteen')
    await page.goto(`${home.url}/profile`)
    expect(await page.getByLabel('Year of birth').inputValue()).toBe('1915')
  })

  it('wears a picture, of which nothing but a small square is kept', async () => {
    const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#4a45c4' } })
      .jpeg()
      .withExif({ IFD0: { Copyright: 'the secret place' } })
      .toBuffer()
    await page
      .getByLabel('Picture file')
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo })
    await page.getByRole('button', { name: 'Use this picture' }).click()
    await page.getByText('Your picture is saved.').waitFor()
    const source = await page.locator('.account img').getAttribute('src')
    const width =
      "document.querySelector('.account img').decode().then(() => document.querySelector('.account img').naturalWidth)"
    expect(await page.evaluate(width)).toBe(256)
    const { response, bytes } = await page.evaluate(async path => {
      const got = await fetch(path)
      const text = new TextDecoder('latin1').decode(await got.arrayBuffer())
      return { response: [got.status, got.headers.get('content-type')], bytes: text }
    }, source ?? '')
    expect(response).toEqual([200, 'image/webp'])
    expect(bytes).not.toContain('secret place')
    expect((await fetch(new URL(source ?? '', home.url))).status).toBe(404)
    await page.getByRole('button', { name: 'Remove picture' }).click()
    await page.getByText('Your picture is removed.').waitFor()
    expect(await page.locator('.account img').count()).toBe(0)
  })

  it('takes no picture that is none', async () => {
    const buffer = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    await page.getByLabel('Picture file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer })
    await page.getByRole('button', { name: 'Use this picture' }).click()
    await page.locator('#notices .bad').waitFor()
    expect(await page.locator('#avatar-error').innerText()).toContain('JPEG, PNG, WebP or GIF')
    const large = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.alloc(6 * 1024 * 1024) }
    await page.getByLabel('Picture file').setInputFiles(large)
    await page.getByRole('button', { name: 'Use this picture' }).click()
    await expect.poll(() => page.locator('#avatar-error').innerText(), eventually).toContain('at most 5 MB')
  })

  it('asks for the present password before the password changes, and logs out the other devices', async () => {
    const other = await home.visit()
    await other.page.goto(`${home.url}/login`)
    await other.page.getByLabel('E-mail').fill('ada@example.com')
    await other.page.getByLabel('Password', { exact: true }).fill(password)
    await other.page.getByRole('button', { name: 'Log in' }).click()
    await other.page.waitForURL('**/chats*')
    await page.goto(`${home.url}/profile`)
    const change = async (present: string) => {
      await card('Password').getByLabel('Present password').fill(present)
      await card('Password').getByLabel('New password', { exact: true }).fill('a bernoulli note in brass')
      await card('Password').getByLabel('New password once more').fill('a bernoulli note in brass')
      await page.getByRole('button', { name: 'Change password' }).click()
    }
    await change('not my password')
    await expect
      .poll(() => card('Password').locator('.error').allInnerTexts(), eventually)
      .toContain('This is not your present password.')
    await change(password)
    await expect.poll(notices, eventually).toContain('password')
    await other.page.goto(`${home.url}/profile`)
    expect(new URL(other.page.url()).pathname).toBe('/login')
    await page.reload()
    expect(new URL(page.url()).pathname).toBe('/profile')
  })

  it('changes the address once its link is followed', async () => {
    await page.goto(`${home.url}/profile`)
    await card('E-mail address').getByLabel('New address').fill('countess@example.com')
    await card('E-mail address').getByLabel('Present password').fill('a bernoulli note in brass')
    await page.getByRole('button', { name: 'Change address' }).click()
    await page.getByText('Open the link we sent').waitFor()
    await expect.poll(() => home.link('countess@example.com'), eventually).toBeDefined()
    await page.goto(home.link('countess@example.com') ?? '')
    await page.getByRole('button', { name: 'Confirm my address' }).click()
    await page.waitForURL('**/chats*')
    await page.goto(`${home.url}/profile`)
    expect(await card('E-mail address').innerText()).toMatch(/countess@example\.com[\s\S]*Confirmed/)
  })
})

describe('the settings', () => {
  it('keep instructions, language and time zone', async () => {
    await page.goto(`${home.url}/settings`)
    await page.getByLabel('My own instructions').fill('Answer in two sentences.\n\nAnd <b>no more</b>.')
    await page.getByLabel('Language').selectOption('ko')
    await page.getByLabel('Time zone').selectOption('Asia/Seoul')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('html[lang=ko]').waitFor()
    expect(await notices()).toBe('설정을 저장했습니다.')
    expect(await page.getByLabel('나의 지침').inputValue()).toBe(
      'Answer in two sentences.\n\nAnd <b>no more</b>.',
    )
    await page.getByLabel('언어').selectOption('en')
    await page.getByRole('button', { name: '저장' }).click()
    await page.locator('html[lang=en]').waitFor()
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Asia/Seoul')
  })

  it('show where one is logged in, and end any of it', async () => {
    const other = await home.visit({ userAgent: 'Mozilla/5.0 (iPhone) Version/17 Safari/604' })
    await other.page.goto(`${home.url}/login`)
    await other.page.getByLabel('E-mail').fill('countess@example.com')
    await other.page.getByLabel('Password', { exact: true }).fill('a bernoulli note in brass')
    await other.page.getByRole('button', { name: 'Log in' }).click()
    await other.page.waitForURL('**/chats*')
    await page.goto(`${home.url}/settings`)
    expect(await card('Devices').getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringContaining('Safari on iOS'),
      expect.stringMatching(/Chrome on Linux[\s\S]*this device/),
    ])
    await page.getByRole('button', { name: 'Log out Safari on iOS' }).click()
    await page.getByText('That device is logged out.').waitFor()
    await other.page.goto(`${home.url}/profile`)
    expect(new URL(other.page.url()).pathname).toBe('/login')
    await page.getByRole('button', { name: 'Log out everywhere' }).click()
    await page.waitForURL('**/login*')
    await page.goto(`${home.url}/profile`)
    expect(new URL(page.url()).pathname).toBe('/login')
  })
})

it('an account is deleted by who knows its password and says so twice', async () => {
  await page.getByLabel('E-mail').fill('countess@example.com')
  await page.getByLabel('Password', { exact: true }).fill('a bernoulli note in brass')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL('**/profile')
  await card('Delete account').getByLabel('Present password').fill('a bernoulli note in brass')
  await page.evaluate('document.querySelector(\'form[action="/profile/delete"]\').submit()')
  await page.locator('#notices .bad').waitFor()
  expect(await page.locator('#sure-error').innerText()).not.toBe('')
  await card('Delete account').getByLabel('Present password').fill('a bernoulli note in brass')
  await page.getByLabel('I understand').check()
  await page.getByRole('button', { name: 'Delete my account' }).click()
  await page.waitForURL('**/forget/receipt/*')
  expect(await notices()).toContain('Your account is deleted')
  await expect
    .poll(async () => {
      await page.reload()
      return page.getByRole('heading', { level: 1 }).innerText()
    }, eventually)
    .toBe('Erased')
  await page.goto(`${home.url}/login`)
  await page.getByLabel('E-mail').fill('countess@example.com')
  await page.getByLabel('Password', { exact: true }).fill('a bernoulli note in brass')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText('do not belong together').waitFor()
  expect(home.complaints).toEqual([])
}, 60_000)
