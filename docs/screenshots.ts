/** Takes the pictures of docs/ from a Parley with nothing configured: `node docs/screenshots.ts`. */
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { startSandbox } from '../src/sandbox/sandbox.ts'
import { link, open, sandboxOf, signUp, until, write } from '../src/web/testing/day.ts'
import { openHome } from '../src/web/testing/home.ts'

const wide = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const practice = await startSandbox({ model: { wordDelayMs: 0 } })
const { model, connect } = practice
const home = await openHome({
  OPENAI_BASE_URL: connect.model.baseUrl,
  OPENAI_MODEL: connect.model.name,
  ADMIN_EMAILS: 'ada@example.com',
})
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

const plans = `Here they are, short enough for a phone:

| Plan | Seats | Price a month |
| --- | ---: | ---: |
| Shore | 5 | $9 |
| Bay | 25 | $39 |
| Ocean | no limit | $99 |

All three can be changed or ended at any time.`

const example = `A counter that cannot be set from outside:

\`\`\`ts
export function createCounter() {
  let count = 0
  return { next: () => (count += 1) }
}
\`\`\``

/** A working day of the cast, on all three platforms. */
async function live(ada: Page): Promise<void> {
  const say = async (on: 'slack' | 'discord', channel: string, who: string, text: string, reply: string) => {
    model.script({ text: reply })
    return sandbox.answered(on, channel, await sandbox.say(on, channel, who, `@Parley ${text}`))
  }
  await say('discord', 'eng', 'linus', 'Why is the nightly build slow?', 'It fetches every dependency anew.')
  await say('slack', 'finance', 'grace', 'Which invoices are open?', 'Two: numbers 1041 and 1047.')
  await say('discord', 'lounge', 'grace', 'Soup for six, without nuts', 'Leek and potato, in forty minutes.')
  await say('slack', 'eng', 'linus', 'A small example of a closure', example)
  model.script({ text: 'Day one: meet the team, and nothing else.' })
  model.script({ text: 'A calm first week' })
  await ada.goto(`${home.url}/chats/new`)
  await write(ada, 'Plan a calm first week for a new colleague')
  await ada.waitForURL(/\/chats\/(?!new)[\w-]{8,}/)
  await ada.locator('#title', { hasText: 'A calm first week' }).waitFor()
  const opening = 'A customer asks about plans'
  const thread = await say(
    'slack',
    'support',
    'grace',
    opening,
    'What shall I tell them: prices, seats, or both?',
  )
  model.script({ text: plans })
  await sandbox.say('slack', 'support', 'ada', '@Parley both, please. They read it on a phone.', thread)
  await sandbox.answered('slack', 'support', thread, 2)
  await open(home, ada, opening)
  model.script({ text: '“Start with Shore: you can change to Bay on the day you need more seats.”' })
  await write(ada, 'And one sentence to send with it')
  await settled(ada, 3)
}

/** Limits and prices, so that there is something to see. */
async function decide(ada: Page): Promise<void> {
  await ada.goto(`${home.url}/admin/quotas`)
  await ada.getByRole('button', { name: '5 requests a day each' }).click()
  await ada.getByText('The limits are saved.').waitFor()
}

try {
  const ada = await signUp(home, 'ada')
  await link(home, ada, 'slack')
  await link(home, ada, 'discord')
  await live(ada)
  const address = ada.url()
  await decide(ada)
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await again(ada, { ...wide, colorScheme })
    await page.goto(`${home.url}/chats`)
    await take(page, `chats-${colorScheme}`)
    await page.goto(address)
    await settled(page, 3)
    await take(page, `dialogue-${colorScheme}`)
    for (const [path, name] of [
      ['/admin', 'admin'],
      ['/admin/quotas', 'quotas'],
      ['/admin/usage', 'usage'],
      ['/admin/policy', 'policy'],
      ['/admin/agents', 'agents'],
    ] as const) {
      await page.goto(home.url + path)
      await take(page, `${name}-${colorScheme}`)
    }
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
  await practice.close()
}
