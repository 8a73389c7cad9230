import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signUp } from '../testing/day.ts'
import { hindrances, type Home, openHome } from '../testing/home.ts'

/** What an owner does on the pages of those who manage, in a real browser. */

let home: Home
let ada: Page
let grace: Page
const eventually = { timeout: 15_000 }

beforeAll(async () => {
  home = await openHome({ ADMIN_EMAILS: 'ada@example.com' })
  ada = await signUp(home, 'ada')
  grace = await signUp(home, 'grace')
}, 180_000)
afterAll(() => home.close())

interface Size {
  readonly scrollWidth: number
  readonly clientWidth: number
}

const notices = (page: Page) => page.locator('#notices').innerText()

async function openMember(name: string): Promise<void> {
  await ada.goto(`${home.url}/admin/members`)
  await ada.getByRole('searchbox', { name: 'Name or e-mail' }).fill(name)
  await ada.getByRole('button', { name: 'Find' }).click()
  await ada.getByRole('row').getByRole('link', { name }).click()
  await ada.waitForURL('**/admin/members/*')
}

it('leads an owner from their menu to what they manage, and shows nobody else the way', async () => {
  await ada.goto(`${home.url}/chats`)
  await ada.locator('details.account summary').click()
  await ada.getByRole('link', { name: 'Administration' }).click()
  await ada.waitForURL('**/admin')
  expect(await ada.locator('main h1').innerText()).toBe('Overview')
  expect(await grace.locator('details.account').getByRole('link', { name: 'Administration' }).count()).toBe(0)
  const response = await grace.goto(`${home.url}/admin`)
  expect(response?.status()).toBe(403)
})

it('gives a role, and the audit tells who did it', async () => {
  await openMember('grace')
  await ada.locator('form[action$="/role"]').getByLabel('Role').selectOption('Auditor')
  await ada.getByRole('button', { name: 'Change role' }).click()
  await expect.poll(() => notices(ada), eventually).toBe('The role is changed.')
  await grace.goto(`${home.url}/admin`)
  expect(await grace.locator('main h1').innerText()).toBe('Overview')
  const sections = await grace.locator('#list a b').allInnerTexts()
  expect(sections).toEqual([
    'Overview',
    'Members',
    'Channels',
    'Quotas',
    'Usage',
    'Prices',
    'Policy',
    'Retention',
    'Audit log',
    'Settings',
  ])
  await ada.goto(`${home.url}/admin/audit`)
  await ada.getByLabel('Who', { exact: true }).fill('ada')
  await ada.locator('select[name=action]').selectOption('Role changed')
  await ada.getByRole('button', { name: 'Find' }).click()
  await ada.waitForURL('**action=role_changed**')
  const cells = await ada.locator('tbody tr').first().locator('td').allInnerTexts()
  expect(cells).toEqual(['ada', 'Role changed', 'grace', 'Member → Auditor', '127.0.0.1'])
  expect(await ada.locator('tbody tr').count()).toBe(1)
})

it('suspends, which closes what is open within a second, and lets back in', async () => {
  await grace.goto(`${home.url}/profile`)
  await grace.evaluate(`new Promise(open => {
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws')
    socket.onopen = open
    socket.onclose = ({ code }) => { globalThis.closedWith = code }
  })`)
  await openMember('grace')
  await ada.getByRole('button', { name: 'Suspend' }).click()
  await expect.poll(() => notices(ada), eventually).toContain('suspended and signed out everywhere')
  await expect.poll(() => grace.evaluate('globalThis.closedWith'), { timeout: 1_000 }).toBe(4001)
  const response = await grace.goto(`${home.url}/profile`)
  expect(new URL(response?.url() ?? '').pathname).toBe('/login')
  await ada.getByRole('button', { name: 'Let back in' }).click()
  await expect.poll(() => notices(ada), eventually).toBe('The member can sign in again.')
})

it('keeps the last owner, and says why', async () => {
  await openMember('ada')
  await ada.locator('form[action$="/role"]').getByLabel('Role').selectOption('Member')
  await ada.getByRole('button', { name: 'Change role' }).click()
  await expect.poll(() => notices(ada), eventually).toContain('Parley needs an owner.')
  expect(await ada.getByRole('button', { name: 'Suspend' }).count()).toBe(0)
})

it('stands in nobody’s way, wide and narrow, light and dark', async () => {
  for (const path of ['/admin', '/admin/members', '/admin/audit', '/admin/glass', '/admin/claim']) {
    for (const width of [1280, 320]) {
      await ada.setViewportSize({ width, height: 800 })
      await ada.emulateMedia({ colorScheme: width === 320 ? 'dark' : 'light' })
      await ada.goto(`${home.url}${path}`)
      const { scrollWidth, clientWidth } = await ada.evaluate<Size>(
        '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
      )
      const found = await hindrances(ada)
      expect([path, width, scrollWidth <= clientWidth, found]).toEqual([path, width, true, []])
    }
  }
  expect(home.complaints).toEqual([])
}, 90_000)
