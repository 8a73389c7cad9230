import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { openTestEmbedded } from './adapters/postgres/testing/databases.ts'
import { createStore } from './adapters/postgres/store.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { listen } from './listen.ts'
import { startParley } from './parley.ts'
import { openBrowser } from './sandbox/page/testing/browser.ts'
import { openSignInHouse } from './testing/sign-in-house.ts'
import type { WebEnv } from './web/context.ts'
import { protectiveHeaders } from './web/headers.ts'

it('a form that redeems a code goes on to the platform and back, though no form may end elsewhere', async () => {
  const web = await listen(readConfig({ PORT: '0' }))
  const { database, close } = await openTestEmbedded()
  const store = createStore(database)
  const redeemed: string[] = []
  const house = await openSignInHouse(store, {
    publicUrl: web.url,
    redeem: ({ linkCodeHash }) => Promise.resolve(redeemed.push(linkCodeHash) > 0 ? 'redeemed' : 'stale'),
  })
  const { member, grant } = await house.ada()
  const identity = await store.identities.meet({ platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' })
  house.prove({ memberId: member.id, identity, linkCodeHash: 'hash', next: '/chats' })
  const app = new Hono<WebEnv>()
  app.use(protectiveHeaders(web.url))
  app.get('/form', c => c.html(html`<form method="post" action="/prove"><button>Link</button></form>`))
  web.serve(app.route('/', house.app))
  const browser = await openBrowser()
  try {
    const context = await browser.newContext()
    await context.addCookies([{ name: 'session', value: grant.accessToken, url: web.url }])
    const page = await context.newPage()
    await page.goto(`${web.url}/form`)
    await page.getByRole('button', { name: 'Link' }).click()
    await page.getByRole('link', { name: 'Continue as Ada' }).click()
    await page.waitForURL(`${web.url}/chats?notice=identityLinked`)
    expect(redeemed).toEqual(['hash'])
  } finally {
    await browser.close()
    await web.close()
    await house.close()
    await close()
  }
}, 60_000)

it('a link from the chat ties the account only to who is that account at the platform, too', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-link-'))
  const parley = await startParley(readConfig({ PORT: '0', DATA_DIR: dir }), { log: silentLog })
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1200, height: 900 } })
    page.setDefaultTimeout(15_000)
    await page.goto(`${parley.url}/auth/discord/start`)
    await page.getByRole('link', { name: 'Continue as Ada' }).click()
    await page.waitForURL(`${parley.url}/chats**`)
    await page.goto(`${parley.url}/sandbox`)
    await page.fill('#channel-text', '/parley link')
    await page.press('#channel-text', 'Enter')
    const address = await page.locator('a[href*="/link/"]').first().getAttribute('href')
    const redeem = async (as: string) => {
      await page.goto(address ?? '')
      await page.locator('form[action^="/link/"] button').click()
      await page.getByRole('link', { name: `Continue as ${as}` }).click()
    }
    await redeem('Linus')
    await page.getByText('somebody else than who asked for this link').waitFor()
    await redeem('Ada')
    await page.waitForURL(`${parley.url}/profile?notice=identityLinked`)
    const linked = page.getByRole('region', { name: 'Linked accounts' })
    await linked.getByText('Slack').first().waitFor()
    expect(await linked.getByRole('listitem').count()).toBe(2)
  } finally {
    await browser.close()
    await parley.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}, 60_000)
