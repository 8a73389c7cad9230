/** Takes the pictures of docs/ from a Parley with nothing configured: `node docs/screenshots.ts`. */
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { link, open, sandboxOf, signUp, until, write } from '../src/web/testing/day.ts'
import { openHome } from '../src/web/testing/home.ts'

const wide = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const home = await openHome()
const sandbox = sandboxOf(home)

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(import.meta.dirname, `${name}.png`), animations: 'disabled' })
}

/** The same person in another window. */
async function again(page: Page, options: BrowserContextOptions): Promise<Page> {
  const { context, page: fresh } = await home.visit({ locale: 'en-GB', ...options })
  await context.addCookies(await page.context().cookies())
  return fresh
}

async function settled(page: Page, count: number): Promise<void> {
  await until(
    () => page.locator('.msg.parley[data-state="done"]').count(),
    found => found >= count,
  )
}

/** A working day of the cast, on all three platforms. */
async function live(ada: Page): Promise<void> {
  const say = async (on: 'slack' | 'discord', channel: string, who: string, text: string) =>
    sandbox.answered(on, channel, await sandbox.say(on, channel, who, `@Parley ${text}`))
  await say('discord', 'eng', 'linus', 'why does the nightly build take so long?')
  await say('slack', 'finance', 'grace', 'which invoices are still open this month?')
  await say('discord', 'lounge', 'grace', 'a recipe for six, without nuts')
  await say('slack', 'eng', 'linus', 'show me a small example in TypeScript')
  await ada.goto(`${home.url}/chats/new`)
  await write(ada, 'Plan a calm first week for a new colleague')
  await ada.waitForURL(/\/chats\/(?!new)[\w-]{8,}/)
  await settled(ada, 1)
  const thread = await say('slack', 'support', 'grace', 'a customer asks for a table of our three plans')
  await sandbox.say('slack', 'support', 'ada', '@Parley keep it short, please: they read it on a phone.', thread)
  await sandbox.answered('slack', 'support', thread, 2)
  await open(home, ada, 'table of our three plans')
  await write(ada, 'And one sentence to send with it')
  await settled(ada, 3)
}

try {
  const ada = await signUp(home, 'ada')
  await link(home, ada, 'slack')
  await link(home, ada, 'discord')
  await live(ada)
  const address = ada.url()
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await again(ada, { ...wide, colorScheme })
    await page.goto(`${home.url}/chats`)
    await take(page, `chats-${colorScheme}`)
    await page.goto(address)
    await settled(page, 3)
    await take(page, `dialogue-${colorScheme}`)
    await page.context().close()
  }
  const small = await again(ada, phone)
  await small.goto(`${home.url}/chats`)
  await take(small, 'chats-phone')
  const { page: door } = await home.visit({ locale: 'en-GB', ...wide })
  await door.goto(`${home.url}/login`)
  await take(door, 'login')
} finally {
  await home.close()
}
