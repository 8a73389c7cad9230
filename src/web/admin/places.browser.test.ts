import { afterAll, beforeAll, expect, it } from 'vitest'
import { sandboxOf, signUp, until } from '../testing/day.ts'
import { hindrances, type Home, openHome } from '../testing/home.ts'

let home: Home

beforeAll(async () => {
  home = await openHome({ ADMIN_EMAILS: 'ada@example.com' })
}, 60_000)
afterAll(() => home.close())

const inAcme = 'workspace=slack%3AT0ACME'

it('an owner sets a policy, tries it, and it holds in the channel; settings are kept; on a phone too', async () => {
  const sandbox = sandboxOf(home)
  const page = await signUp(home, 'ada')
  const first = await sandbox.say('slack', 'support', 'grace', '@Parley hello?')
  await sandbox.answered('slack', 'support', first)

  await page.goto(`${home.url}/admin/policy?${inAcme}`)
  await page.locator('[name=effect0]').selectOption('deny')
  await page.locator('[name=who0]').selectOption('person')
  await page.locator('[name=whom0]').fill('U0GRACE')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await page.getByText('The policy is saved').waitFor()
  await page.locator('#person').fill('U0GRACE')
  await page.locator('#place').selectOption('slack:T0ACME:C0SUPPORT')
  await page.locator('#text').fill('@Parley and now?')
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.locator('.verdict').waitFor()
  expect(await page.locator('.verdict').innerText()).toContain('would refuse')
  expect(await page.locator('.steps .bad').innerText()).toContain('a rule denies it')
  const tried = page.url()

  const refused = await sandbox.say('slack', 'support', 'grace', '@Parley and now?')
  const shown = await until(
    () => sandbox.look('slack', 'support', 'grace'),
    ({ channel }) => channel.messages.some(({ html }) => html.includes('have not opened this channel')),
  )
  expect(shown.channel.messages.find(({ id }) => id === refused)?.replies).toBeUndefined()

  await page.goto(`${home.url}/admin/settings`)
  await page.getByLabel('Visitors may try Parley').check()
  await page.locator('#timeZone').fill('Asia/Seoul')
  await page.getByRole('button', { name: 'Save settings' }).click()
  await page.getByText('The settings are saved.').waitFor()
  expect(await page.getByLabel('Visitors may try Parley').isChecked()).toBe(true)
  expect(await page.locator('#timeZone').inputValue()).toBe('Asia/Seoul')

  const found: string[] = []
  await page.setViewportSize({ width: 320, height: 700 })
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const path of [
    tried,
    `${home.url}/admin/channels?${inAcme}`,
    `${home.url}/admin/channels/slack/T0ACME/C0SUPPORT`,
    `${home.url}/admin/retention?${inAcme}`,
    `${home.url}/admin/settings?${inAcme}`,
  ]) {
    await page.goto(path)
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
      found.push(`${path} scrolls`)
    found.push(...(await hindrances(page)))
  }
  expect([found, home.complaints]).toEqual([[], []])
}, 120_000)
