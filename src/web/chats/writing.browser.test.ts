import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

/** Where one writes, with a model that waits where a test says. */

let home: ScriptedHome

beforeAll(async () => {
  home = await openScriptedHome()
}, 60_000)
afterEach(() => home.leave())
afterAll(() => home.close())

const said = async (page: Page) =>
  (await page.locator('.msg .body').allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
async function shows(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => said(page), eventually).toEqual(expected)
}

it('a chat begins with its first message, streams, goes on after a reload in mid-stream, and gets a title', async () => {
  const page = await home.ada()
  const chunks = ['It is ', '**low** at', ' noon.\n\n', 'High at six.']
  await home.begin(page, 'When is the tide?', { chunks, holdBeforeChunk: 2 })
  await shows(page, ['When is the tide?', 'It is low at'])
  expect(await page.locator('.msg[data-live]').count()).toBe(1)
  expect(await page.locator('#list .item .dot').count()).toBe(1)
  await page.reload()
  await shows(page, ['When is the tide?', 'It is low at'])
  home.model.release()
  await shows(page, ['When is the tide?', 'It is low at noon. High at six.'])
  await page.locator('.msg[data-live]').waitFor({ state: 'detached' })
  await home.settled(page)
  await expect
    .poll(() => page.locator('#list .item b').first().innerText(), eventually)
    .toBe('Tides of Brest')
  const answered = await said(page)
  await page.reload()
  await shows(page, answered)
  const asked = home.model.requests.filter(({ body }) => JSON.stringify(body).includes('When is the tide?'))
  expect(asked).toHaveLength(1)
})

it('what I say is there at once, and in my other window', async () => {
  const page = await home.ada()
  await home.begin(page, 'One', { text: 'First.' })
  await home.settled(page)
  const other = await home.ada(new URL(page.url()).pathname)
  home.model.script({ text: 'Second.', holdBeforeChunk: 0 })
  await page.fill('#text', 'Two *stars*')
  await page.press('#text', 'Enter')
  expect(await page.locator('.msg').count()).toBeGreaterThanOrEqual(3)
  await shows(other, ['One', 'First.', 'Two stars', 'Parley is thinking…'])
  home.model.release()
  await shows(page, ['One', 'First.', 'Two stars', 'Second.'])
  await shows(other, ['One', 'First.', 'Two stars', 'Second.'])
  expect(await page.locator('[data-sending]').count()).toBe(0)
})

it('an answer is stopped from there, and says so', async () => {
  const page = await home.ada()
  await home.begin(page, 'Tell me much', { chunks: ['Once ', 'upon'], holdBeforeChunk: 1 })
  await shows(page, ['Tell me much', 'Once'])
  await page.locator('#stop').click()
  await page.getByText('Stopped.', { exact: true }).waitFor()
  await page.locator('#stop').waitFor({ state: 'hidden' })
  await expect.poll(() => said(page), eventually).toEqual(['Tell me much', 'Once'])
})

it('Enter sends, Shift+Enter breaks the line, nothing is sent of nothing or of half a syllable', async () => {
  const page = await home.ada()
  await home.begin(page, 'One', { text: 'First.' })
  await home.settled(page)
  const { length } = home.model.requests
  await page.press('#text', 'Enter')
  await page.fill('#text', '   ')
  await page.press('#text', 'Enter')
  const input = await page.context().newCDPSession(page)
  await page.fill('#text', '')
  await input.send('Input.imeSetComposition', { text: '안녀', selectionStart: 2, selectionEnd: 2 })
  await page.evaluate(
    `document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`,
  )
  expect(await page.locator('.msg').count()).toBe(2)
  await page.fill('#text', '안녕')
  await page.press('#text', 'Shift+Enter')
  await page.keyboard.type('Parley')
  home.model.script({ text: 'Hello.' })
  await page.press('#text', 'Enter')
  await shows(page, ['One', 'First.', '안녕 Parley', 'Hello.'])
  expect(await page.inputValue('#text')).toBe('')
  expect(home.model.requests.length).toBe(length + 1)
})

it('a draft is kept for each dialogue', async () => {
  const page = await home.ada()
  await home.begin(page, 'One', { text: 'First.' })
  const address = page.url()
  await page.fill('#text', 'half a thou')
  await page.goto(`${home.url}/chats/new`)
  expect(await page.inputValue('#text')).toBe('')
  await page.fill('#text', 'and another')
  await page.goto(address)
  await expect.poll(() => page.inputValue('#text')).toBe('half a thou')
  await page.goto(`${home.url}/chats/new`)
  await expect.poll(() => page.inputValue('#text')).toBe('and another')
})

it('text files are added, fenced so that nothing in them gets out; pictures are refused in a sentence', async () => {
  const page = await home.ada('/chats/new')
  const text = 'a\n```\n<b>\n'
  await page.setInputFiles('#file', {
    name: 'notes.md',
    mimeType: 'text/markdown',
    buffer: Buffer.from(text),
  })
  await expect.poll(() => page.inputValue('#text')).toBe('notes.md\n````md\na\n```\n<b>\n````\n')
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])
  await page.setInputFiles('#file', { name: 'p.png', mimeType: 'image/png', buffer: png })
  await page.getByText('Only text files can be added for now.').waitFor()
  await page.setInputFiles('#file', { name: 'p.txt', mimeType: 'text/plain', buffer: png })
  await page.setInputFiles('#file', {
    name: 'l.txt',
    mimeType: 'text/plain',
    buffer: Buffer.alloc(100_000, 'a'),
  })
  await page.getByText('That is more than one message holds').waitFor()
  expect(await page.inputValue('#text')).toBe('notes.md\n````md\na\n```\n<b>\n````\n')
})
