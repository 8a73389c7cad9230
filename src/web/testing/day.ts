import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { channels, people } from '../../sandbox/cast.ts'
import type { Act, ActResult, ShownMessage, View } from '../../sandbox/page/wire.ts'
import type { Home } from './home.ts'

/** What people do over a day: at the doors, in the sandbox's Slack and Discord, and with what they are mailed. */

export type Chat = 'slack' | 'discord'

const patienceMs = 20_000

/** Asks again until the answer is a good one, and gives it. */
export async function until<T>(ask: () => Promise<T> | T, isGood: (answer: T) => boolean): Promise<T> {
  const endMs = Date.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (isGood(answer)) return answer
    if (Date.now() > endMs) throw new Error(`It came to nothing: ${JSON.stringify(answer)}`)
    await pause(50)
  }
}

export const password = 'the engine weaves algebra'

/** Registers and confirms; gives the page that stays signed in. */
export async function signUp(home: Home, name: string, locale = 'en-GB'): Promise<Page> {
  const { page } = await home.visit({ locale, viewport: { width: 1280, height: 800 } })
  const email = `${name}@example.com`
  await page.goto(`${home.url}/register`)
  await page.locator('#email').fill(email)
  await page.locator('#password').fill(password)
  await page.locator('#passwordAgain').fill(password)
  await page.locator('main form button.primary').click()
  await page.waitForURL('**/chats*')
  const mailed = await until(
    () => home.link(email),
    address => address !== undefined,
  )
  await page.goto(mailed ?? '')
  await page.locator('main form button.primary').click()
  await page.waitForURL('**/chats*')
  return page
}

const idOf = (
  on: Chat,
  list: readonly { readonly name: string; readonly slackId: string; readonly discordId: string }[],
  name: string,
) => {
  const found = list.find(one => one.name.toLowerCase() === name)
  return (on === 'slack' ? found?.slackId : found?.discordId) ?? ''
}

/** The sandbox as its page speaks to it. */
export function sandboxOf(home: Home) {
  const spot = (on: Chat, channel: string, person: string) => {
    const personId = idOf(on, people, person)
    const direct = on === 'slack' ? `D${personId.slice(1)}` : undefined
    return { platform: on, personId, channelId: idOf(on, channels, channel) || (direct ?? channel) }
  }

  async function act(body: Act): Promise<string> {
    const answer = await fetch(`${home.url}/sandbox/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: home.url },
      body: JSON.stringify(body),
    })
    const result = (await answer.json()) as ActResult
    if ('error' in result) throw new Error(result.error)
    return result.messageId ?? ''
  }

  async function look(on: Chat, channel: string, person = 'ada', thread?: string): Promise<View> {
    const sight = new URLSearchParams({ on, in: channel, as: person, ...(thread ? { thread } : {}) })
    return (await (await fetch(`${home.url}/sandbox/state?${sight.toString()}`)).json()) as View
  }

  const inThread = async (on: Chat, channel: string, thread: string) =>
    (await look(on, channel, 'ada', thread)).thread?.messages ?? []

  return {
    look,
    inThread,
    /** Says something, once Parley listens; gives the message's id. */
    async say(on: Chat, channel: string, person: string, text: string, threadId?: string) {
      await until(
        () => look(on, channel),
        ({ connections }) => connections > 0,
      )
      const { channelId } = (await look(on, channel, person)).sight
      const where = { ...spot(on, channel, person), channelId }
      return act({ act: 'say', ...where, text, ...(threadId ? { threadId } : {}) })
    },
    edit: (on: Chat, channel: string, person: string, messageId: string, text: string) =>
      act({ act: 'edit', ...spot(on, channel, person), messageId, text }),
    remove: (on: Chat, channel: string, person: string, messageId: string) =>
      act({ act: 'remove', ...spot(on, channel, person), messageId }),
    /** The thread that this message opened, once its last answer is whole. */
    async answered(on: Chat, channel: string, messageId: string, count = 1): Promise<string> {
      const threadOf = async () =>
        (await look(on, channel)).channel.messages.find(({ id }) => id === messageId)?.replies?.threadId ?? ''
      const thread = await until(threadOf, found => found !== '')
      await until(
        () => inThread(on, channel, thread),
        messages => answersOf(messages).length === count,
      )
      return thread
    },
  }
}

/** Parley's finished answers, besides what it only relays. */
export const answersOf = (messages: readonly ShownMessage[]): readonly string[] =>
  messages
    .filter(({ author, live, status, html }) => author.parley && !live && !status && !isRelayed(html))
    .map(({ html }) => html)

export const isRelayed = (html: string): boolean => html.includes('from the web')

/** Types a command as Ada on the sandbox's page and gives the link that she is answered with. */
export async function askForLink(home: Home, on: Chat): Promise<string> {
  const { page, context } = await home.visit()
  await until(
    () => sandboxOf(home).look(on, 'support'),
    ({ commands }) => commands.length > 0,
  )
  await page.goto(`${home.url}/sandbox?on=${on}&in=support&as=ada`)
  const links = page.locator('.channel a[href*="/link/"]')
  await page.waitForSelector(`body[data-platform=${on}]`)
  const before = await links.count()
  await page.fill('#channel-text', on === 'slack' ? '/parley link' : '/link')
  await page.press('#channel-text', 'Enter')
  const href = (await links.nth(before).getAttribute('href')) ?? ''
  await context.close()
  return href
}

/** Ties this page's account to Ada's on this platform, which asks who she is. */
export async function link(home: Home, page: Page, on: Chat): Promise<void> {
  await page.goto(await askForLink(home, on))
  await confirmLink(page)
}

/** Presses the button of the page that a link opens. */
export async function confirmLink(page: Page): Promise<void> {
  await page.locator('form[action^="/link/"] button').first().click()
  await page.getByRole('link', { name: 'Continue as Ada' }).click()
  await page.waitForURL('**/profile**')
}

/** The texts of the open dialogue's messages, in their order. */
export const said = (page: Page): Promise<readonly string[]> =>
  page.locator('#messages .msg .body').allInnerTexts()

/** Opens the dialogue of this title from the list. */
export async function open(home: Home, page: Page, title: string | RegExp): Promise<string> {
  await page.goto(`${home.url}/chats`)
  await page.locator('#list a.item', { hasText: title }).first().click()
  await page.waitForURL(/\/chats\/[\w-]{8,}/)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** Writes in the composer of the page. */
export async function write(page: Page, text: string): Promise<void> {
  await page.fill('#text', text)
  await page.press('#text', 'Enter')
}
