import { Hono } from 'hono'
import { html } from 'hono/html'
import { expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { openTestEmbedded } from './adapters/postgres/testing/databases.ts'
import { createStore } from './adapters/postgres/store.ts'
import { listen } from './listen.ts'
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
    await page.waitForURL(`${web.url}/chats?notice=serviceLinked`)
    expect(redeemed).toEqual(['hash'])
  } finally {
    await browser.close()
    await web.close()
    await house.close()
    await close()
  }
}, 60_000)
