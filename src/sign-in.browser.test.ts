import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { openBrowser } from './sandbox/page/testing/browser.ts'

/** Nothing is configured: Slack and Discord are practice, and so is signing in with them. */

let dir: string
let parley: Parley
let browser: Browser
let page: Page

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-sign-in-'))
  parley = await startParley(readConfig({ PORT: '0', DATA_DIR: dir }), { log: silentLog })
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser.close()
  await parley.stop()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1200, height: 900 } })
  context.setDefaultTimeout(15_000)
  page = await context.newPage()
  return () => context.close()
})

async function violations(): Promise<unknown> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  return page.evaluate(
    `axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  )
}

async function signInWith(service: string, as: string): Promise<void> {
  await page.goto(`${parley.url}/login?next=/profile`)
  await page.getByRole('link', { name: `Continue with ${service}` }).click()
  await page.getByRole('heading', { name: `Sign in with ${service}` }).waitFor()
  await page.getByRole('link', { name: `Continue as ${as}` }).click()
  await page.waitForURL(`${parley.url}/profile**`)
}

it('Ada comes in with Slack, links Discord, and comes back with either', async () => {
  await signInWith('Slack', 'Ada')
  const ways = page.getByRole('region', { name: 'Other ways to sign in' })
  expect(await ways.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringContaining('ada@acme.example'),
  ])
  expect(await violations()).toEqual([])
  await page
    .getByRole('region', { name: 'Linked accounts' })
    .getByRole('link', { name: 'Link Discord' })
    .click()
  await page.getByRole('link', { name: 'Continue as Ada' }).click()
  await page.waitForURL(`${parley.url}/profile?notice=identityLinked`)
  expect(await ways.getByRole('listitem').count()).toBe(2)
  await page.context().clearCookies()
  await signInWith('Discord', 'Ada')
  expect(await ways.getByRole('listitem').count()).toBe(2)
  await ways.getByRole('button', { name: 'Remove ada@acme.example of Slack' }).click()
  await page.waitForURL(`${parley.url}/profile?notice=loginRemoved`)
  await ways.getByRole('button', { name: 'Remove ada@acme.example of Discord' }).click()
  await page.getByText('This is your only way in.').waitFor()
  expect(await violations()).toEqual([])
}, 60_000)

it('whoever says no is told so, and finds the way on', async () => {
  await page.goto(`${parley.url}/login`)
  await page.getByRole('link', { name: 'Continue with Discord' }).click()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.getByText('You did not agree at Discord, so nothing changed.').waitFor()
  expect(await violations()).toEqual([])
  await page.getByRole('link', { name: 'Begin again' }).click()
  await page.getByRole('heading', { name: 'Sign in with Discord' }).waitFor()
  expect(await violations()).toEqual([])
}, 60_000)

it('a link from elsewhere begins no linking by itself', async () => {
  await signInWith('Slack', 'Grace')
  // An address that is typed is nobody's click on a page of ours.
  await page.goto(`${parley.url}/auth/discord/start?link=1`)
  await page.getByRole('heading', { name: 'Link Discord' }).waitFor()
  expect(await violations()).toEqual([])
  await page.getByRole('link', { name: 'Go on to Discord' }).click()
  await page.getByRole('heading', { name: 'Sign in with Discord' }).waitFor()
}, 60_000)

it('who has a password already logs in first, and is linked from there in one go', async () => {
  await page.goto(`${parley.url}/register`)
  await page.getByLabel('E-mail').fill('linus@acme.example')
  await page.getByLabel('Password', { exact: true }).fill('the engine weaves algebra')
  await page.getByLabel('Password once more').fill('the engine weaves algebra')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(`${parley.url}/chats**`)
  await page.context().clearCookies()
  await page.goto(`${parley.url}/auth/slack/start`)
  await page.getByRole('link', { name: 'Continue as Linus' }).click()
  await page.getByText('an address alone opens no account').waitFor()
  expect(await violations()).toEqual([])
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('E-mail').fill('linus@acme.example')
  await page.getByLabel('Password').fill('the engine weaves algebra')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('link', { name: 'Continue as Linus' }).click()
  await page.waitForURL(`${parley.url}/profile?notice=identityLinked`)
}, 60_000)
