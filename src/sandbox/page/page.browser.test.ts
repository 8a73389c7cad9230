import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openBrowser, openPage } from './testing/browser.ts'
import { type ServedPage, servePage } from './testing/served-page.ts'

/** The page in a real browser, with scripted players behind it. */

let browser: Browser
let served: ServedPage
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  served = await servePage()
  complaints = []
  page = await openPage(browser, served.url, { complaints })
})
afterEach(async () => {
  await page.context().close()
  await served.down()
})

const field = (pane: 'channel' | 'thread') => page.locator(`#${pane}-text`)
const bodies = (pane: 'channel' | 'thread') => page.locator(`.${pane} .msg .body`)
const texts = async (pane: 'channel' | 'thread') =>
  (await bodies(pane).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
async function shows(pane: 'channel' | 'thread', expected: readonly string[]): Promise<void> {
  await expect.poll(() => texts(pane)).toEqual(expected)
}

async function write(pane: 'channel' | 'thread', text: string): Promise<void> {
  await field(pane).fill(text)
  await field(pane).press('Enter')
}

const greeting = 'Hello Ada. You asked: hello! What can you do here?'
const question = '@Parley hello! What can you do here?'

it('a newcomer presses Enter and sees Parley answer in a thread that opens by itself', async () => {
  await expect.poll(() => field('channel').inputValue()).toBe(question)
  served.slack.hold()
  await field('channel').press('Enter')
  await page.locator('.thread .msg.live').waitFor()
  await expect.poll(() => page.locator('.channel .replies').innerText()).toContain('answering')
  served.slack.release()
  await shows('thread', [question, greeting])
  await page.locator('.thread .msg.live').waitFor({ state: 'detached' })
  expect(await page.locator('#live').textContent()).toBe(`Parley answered: ${greeting}`)
  expect(await page.locator('.channel .replies').innerText()).toContain('1 reply')
  expect(await field('channel').inputValue()).toBe('')
  expect(complaints).toEqual([])
})

it('a follow-up in the thread, after a reload that finds the thread again', async () => {
  await write('channel', '@Parley hi')
  await shows('thread', ['@Parley hi', 'Hello Ada. You asked: hi'])
  await field('thread').fill('and a draft')
  await page.reload()
  await shows('thread', ['@Parley hi', 'Hello Ada. You asked: hi'])
  expect(await field('thread').inputValue()).toBe('and a draft')
  await field('thread').press('Enter')
  await shows('thread', [
    '@Parley hi',
    'Hello Ada. You asked: hi',
    'and a draft',
    'Hello Ada. You asked: and a draft',
  ])
  await page.goto(served.url)
  await shows('thread', [
    '@Parley hi',
    'Hello Ada. You asked: hi',
    'and a draft',
    'Hello Ada. You asked: and a draft',
  ])
})

it('on Discord the thread opens once it is made; the address leads a second window there', async () => {
  await page.getByRole('button', { name: 'Discord' }).click()
  await expect.poll(() => page.locator('body').getAttribute('data-platform')).toBe('discord')
  await write('channel', '@Parley hi')
  await shows('thread', ['@Parley hi', 'Hello Ada. You asked: hi'])
  expect(await texts('channel')).toEqual(['@Parley hi'])
  const second = await page.context().newPage()
  await second.goto(page.url())
  await expect.poll(() => second.locator('.thread .msg').count()).toBe(2)
  expect(new URL(page.url()).search).toMatch(/^\?on=discord&in=support&as=ada&thread=\d+$/)
})

it.each(['slack', 'discord'] as const)(
  'Stop ends an answer on %s, and what is there stays',
  async platform => {
    if (platform === 'discord') await page.getByRole('button', { name: 'Discord' }).click()
    await expect.poll(() => page.locator('body').getAttribute('data-platform')).toBe(platform)
    served[platform].hold()
    await write('channel', '@Parley hi')
    await page.locator('.thread').getByRole('button', { name: 'Stop', exact: true }).click()
    await shows('thread', ['@Parley hi', 'Stopped.'])
    await page.locator('.thread .msg.live').waitFor({ state: 'detached' })
  },
)

it('what one said can be edited and deleted, and only that', async () => {
  await write('channel', '@Parley what day is it?')
  await shows('thread', ['@Parley what day is it?', 'Hello Ada. You asked: what day is it?'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('e')
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  await editor.fill('@Parley what month is it?')
  await editor.press('Enter')
  await shows('thread', ['@Parley what month is it?', 'Hello Ada. You asked: what month is it?'])
  expect(await page.locator('.channel .msg .edited').innerText()).toBe('edited')

  const answer = page.locator('.thread .msg.from-parley')
  await answer.hover()
  expect(await answer.getByRole('button', { name: /Edit|Delete/ }).count()).toBe(0)

  await write('channel', 'never mind')
  await shows('channel', ['@Parley what month is it?', 'never mind'])
  const mine = page.locator('.channel .msg').last()
  await mine.hover()
  await mine.getByRole('button', { name: 'Delete message' }).click()
  await mine.getByRole('button', { name: 'Really delete this message?' }).click()
  await shows('channel', ['@Parley what month is it?'])
})

it('three people speak with the keys 1, 2 and 3; each has their own direct messages', async () => {
  await field('channel').press('Escape')
  await page.keyboard.press('2')
  await expect.poll(() => page.locator('.rail [aria-pressed=true]').innerText()).toContain('Grace')
  await page.keyboard.press('/')
  await field('channel').fill('I am Grace')
  await field('channel').press('Enter')
  await expect.poll(() => page.locator('.channel .msg .who b').allInnerTexts()).toEqual(['Grace'])
  await page.locator('.rail').getByRole('button', { name: 'Parley' }).click()
  await expect.poll(() => page.locator('.channel > header').innerText()).toContain('only Grace sees this')
  await write('channel', 'for my eyes only')
  await shows('thread', ['for my eyes only', 'Hello Grace. You asked: for my eyes only'])
  await page.locator('.rail').getByRole('button', { name: 'Linus' }).click()
  await shows('channel', [])
  await expect.poll(() => page.locator('.channel > header').innerText()).toContain('only Linus sees this')
})

it('a mention and a command are completed; a command is answered to one person alone', async () => {
  await field('channel').fill('')
  await field('channel').pressSequentially('@gr')
  await page.getByRole('option', { name: 'Grace' }).waitFor()
  await field('channel').press('Enter')
  expect(await field('channel').inputValue()).toBe('@Grace ')
  await field('channel').fill('')
  await field('channel').pressSequentially('/pa')
  await field('channel').press('Tab')
  expect(await field('channel').inputValue()).toBe('/parley ')
  await field('channel').pressSequentially('help')
  await field('channel').press('Enter')
  await shows('channel', ['Mention me, and I answer in a thread.'])
  expect(await page.locator('.channel .only').innerText()).toBe('Only visible to you')
  await write('channel', '/dance')
  await expect.poll(() => page.getByRole('alert').first().innerText()).toContain('There is no /dance here')
  expect(await field('channel').inputValue()).toBe('/dance')
})

it('j, k, Enter and Esc lead through messages and threads', async () => {
  await write('channel', '@Parley one')
  await shows('thread', ['@Parley one', 'Hello Ada. You asked: one'])
  await write('channel', 'two')
  await shows('channel', ['@Parley one', 'two'])
  await field('channel').press('Escape')
  await page.keyboard.press('Escape')
  await page.locator('body:not(.has-thread)').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await shows('thread', ['@Parley one', 'Hello Ada. You asked: one'])
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(await page.locator('body.has-thread').count()).toBe(1)
})

it('a reader who has scrolled up stays there while an answer is written', async () => {
  for (let count = 1; count <= 40; count++)
    served.slack.say({ channelId: 'C0SUPPORT' }, 'U0LINUS', `line ${count}`)
  const scroll = page.locator('.channel .scroll')
  await expect.poll(() => bodies('channel').count()).toBe(40)
  const fromEnd = () => scroll.evaluate(at => at.scrollHeight - at.scrollTop - at.clientHeight)
  await expect.poll(fromEnd).toBeLessThan(2)
  await scroll.hover()
  await page.mouse.wheel(0, -300)
  await expect.poll(fromEnd).toBeGreaterThan(200)
  const before = await scroll.evaluate(at => at.scrollTop)
  served.slack.say({ channelId: 'C0SUPPORT' }, 'U0LINUS', 'one more')
  const toEnd = page.getByRole('button', { name: /New messages/ })
  await toEnd.waitFor()
  expect(await scroll.evaluate(at => at.scrollTop)).toBe(before)
  await toEnd.click()
  await expect.poll(fromEnd).toBeLessThan(2)
})

it('when Parley is gone the page says so, keeps what was typed, and recovers by itself', async () => {
  await write('channel', 'before')
  await shows('channel', ['before'])
  await served.down()
  await page.locator('#offline').waitFor()
  await write('channel', 'meanwhile')
  await expect.poll(() => page.getByRole('alert').first().innerText()).toContain('What you typed is kept')
  expect(await field('channel').inputValue()).toBe('meanwhile')
  served.slack.say({ channelId: 'C0SUPPORT' }, 'U0LINUS', 'unseen')
  await served.up()
  await page.locator('#offline').waitFor({ state: 'hidden' })
  await shows('channel', ['before', 'unseen'])
  await field('channel').press('Enter')
  await shows('channel', ['before', 'unseen', 'meanwhile'])
})

it('the connection can be dropped, and the page shows it', async () => {
  await page.getByRole('button', { name: 'Drop the connection', exact: true }).click()
  await expect.poll(() => page.locator('.state').innerText()).toBe('Parley is not connected')
  await expect.poll(() => page.locator('#toast').innerText()).toContain('The connection to Slack was cut')
})

it('a channel in which something is said meanwhile is marked until it is opened', async () => {
  served.slack.say({ channelId: 'C0ENG' }, 'U0LINUS', 'over here')
  const eng = page.locator('.rail').getByRole('button', { name: '# eng' })
  await expect.poll(() => eng.innerText()).toContain('New here')
  await eng.click()
  await shows('channel', ['over here'])
  expect(await eng.innerText()).not.toContain('New here')
})

it('the trail stands under its thread, steps of a kind counted', async () => {
  await write('channel', '@Parley hi')
  await shows('thread', ['@Parley hi', 'Hello Ada. You asked: hi'])
  const threadId = new URL(page.url()).searchParams.get('thread') ?? ''
  const place = { platform: 'slack', channelId: 'C0SUPPORT', threadId } as const
  const steps = [
    'inbound.received received: message',
    'inbound.received received: app_mention',
    'turn.begun turn running',
    'part.updated updated',
    'part.updated updated',
  ]
  steps.forEach((step, atMs) => {
    const [kind = '', ...words] = step.split(' ')
    served.trail.push({ place, atMs, kind, text: words.join(' ') })
  })
  await expect
    .poll(() => page.locator('.thread .trail-lines').innerText())
    .toMatch(/received: message \+ app_mention → turn running → updated 2×$/)
})

it('hostile text does nothing in a browser', async () => {
  const hostile =
    '<img src=x onerror="document.title=1"> [x](javascript:alert(1)) ![p](https://evil.example/p.png)'
  served.slack.say({ channelId: 'C0SUPPORT' }, 'U0HAL', hostile)
  await expect.poll(() => bodies('channel').count()).toBe(1)
  expect(await page.locator('.channel .body :is(img, script, a[href^=javascript])').count()).toBe(0)
  expect(await page.title()).toContain('#support')
  expect(complaints).toEqual([])
})
