import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ChatHome, openChatHome, title } from './testing/chat-home.ts'

/** Chatting, as Ada does it: in a real browser, over the real socket, with a model that waits where a test says. */

let home: ChatHome

beforeAll(async () => {
  home = await openChatHome()
}, 60_000)
afterEach(() => home.leave())
afterAll(() => home.close())

const eventually = { timeout: 20_000 }

const bodies = (page: Page) => page.locator('.msg .body')
const said = async (page: Page) =>
  (await bodies(page).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim())
async function shows(page: Page, expected: readonly string[]): Promise<void> {
  await expect.poll(() => said(page), eventually).toEqual(expected)
}
async function write(page: Page, text: string): Promise<void> {
  await page.fill('#text', text)
  await page.press('#text', 'Enter')
}
const live = (page: Page) => page.locator('.msg[data-live]')

describe('a chat', () => {
  it('begins with its first message, streams, goes on after a reload in mid-stream, and gets a title', async () => {
    const page = await home.ada()
    const chunks = ['It is ', '**low** at', ' noon.\n\n', 'High at six.']
    await home.begin(page, 'When is the tide?', { chunks, holdBeforeChunk: 2 })
    await shows(page, ['When is the tide?', 'It is low at'])
    expect(await live(page).count()).toBe(1)
    expect(await page.locator('#list .item .dot').count()).toBe(1)
    await page.reload()
    await shows(page, ['When is the tide?', 'It is low at'])
    home.model.release()
    await shows(page, ['When is the tide?', 'It is low at noon. High at six.'])
    await live(page).waitFor({ state: 'detached' })
    await home.settled(page)
    expect(await page.locator('#list .item b').first().innerText()).toBe(title)
    expect(await page.locator('.msg.parley .under a').first().innerText()).toMatch(
      /^1 of 1 messages seen, \d+ tokens$/,
    )
    const answered = await said(page)
    await page.reload()
    await shows(page, answered)
    const asked = home.model.requests.filter(({ body }) => JSON.stringify(body).includes('When is the tide?'))
    expect(asked).toHaveLength(1)
  })

  it('shows what I say at once, and the same in my other window', async () => {
    const page = await home.ada()
    await home.begin(page, 'One', { text: 'First.' })
    await home.settled(page)
    const other = await home.ada(new URL(page.url()).pathname)
    home.model.script({ text: 'Second.', holdBeforeChunk: 0 })
    await write(page, 'Two *stars*')
    expect(await page.locator('.msg').count()).toBeGreaterThanOrEqual(3)
    await shows(other, ['One', 'First.', 'Two stars', 'Parley is thinking…'])
    home.model.release()
    await shows(page, ['One', 'First.', 'Two stars', 'Second.'])
    await shows(other, ['One', 'First.', 'Two stars', 'Second.'])
    expect(await page.locator('[data-sending]').count()).toBe(0)
    await expect.poll(() => page.locator('#said').textContent()).toBe('Parley answered: Second.')
  })

  it('is stopped where one writes, and says so', async () => {
    const page = await home.ada()
    await home.begin(page, 'Tell me much', { chunks: ['Once ', 'upon'], holdBeforeChunk: 1 })
    await shows(page, ['Tell me much', 'Once'])
    await page.locator('#stop').click()
    await page.getByText('Stopped.', { exact: true }).waitFor()
    await page.locator('#stop').waitFor({ state: 'hidden' })
    await shows(page, ['Tell me much', 'Once'])
  })

  it('tells of a failure in its place, and tries again there', async () => {
    const page = await home.ada()
    await home.begin(page, 'One', { text: 'First.' })
    await home.settled(page)
    home.model.script({ chunks: ['It '], finishReason: 'content_filter' })
    await write(page, 'Two')
    await page.getByText('The model’s content filter stopped this answer.').waitFor()
    home.model.script({ text: 'Better.' })
    await page.locator('.msg.parley').last().getByRole('button', { name: 'Try again' }).click()
    await shows(page, ['One', 'First.', 'Two', 'Better.'])
  })

  it('is regenerated and edited into branches, and both ways stay', async () => {
    const page = await home.ada()
    await home.begin(page, 'One', { text: 'First.' })
    await home.settled(page)
    home.model.script({ chunks: ['An', 'other.'], holdBeforeChunk: 1 })
    await page.getByRole('button', { name: 'Regenerate' }).click()
    await shows(page, ['One', 'An'])
    home.model.release()
    await shows(page, ['One', 'Another.'])
    await page.getByRole('button', { name: 'Previous version' }).click()
    await shows(page, ['One', 'First.'])
    await page.getByRole('group', { name: 'Version 1 of 2' }).waitFor()

    home.model.script({ text: 'Ninth.' })
    await page.locator('.msg.mine').getByRole('button', { name: 'Edit' }).click()
    const editor = page.locator('.edit textarea')
    expect(await editor.inputValue()).toBe('One')
    await editor.fill('Nine **bold**')
    await editor.press('Enter')
    await shows(page, ['Nine bold', 'Ninth.'])
    await page.locator('.msg.mine').getByRole('button', { name: 'Edit' }).click()
    expect(await editor.inputValue()).toBe('Nine **bold**')
    await editor.press('Escape')
    await page.getByRole('button', { name: 'Previous version' }).click()
    await expect.poll(async () => (await said(page))[0], eventually).toBe('One')
  })
})

describe('where one writes', () => {
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
    await page.getByText('That file is too large').waitFor()
    expect(await page.inputValue('#text')).toBe('notes.md\n````md\na\n```\n<b>\n````\n')
  })
})

describe('a reader', () => {
  it('who scrolled up stays there while an answer grows, and is led to the newest by a press', async () => {
    const page = await home.ada()
    const long = Array.from({ length: 60 }, (_, at) => `Line ${at}\n\n`)
    await home.begin(page, 'Count', { chunks: [...long, 'more\n\n'.repeat(20), 'end'], holdBeforeChunk: 60 })
    await expect.poll(async () => (await said(page)).at(-1), eventually).toMatch(/Line 59$/)
    const flow = page.locator('#flow')
    const fromEnd = () => flow.evaluate(at => at.scrollHeight - at.scrollTop - at.clientHeight)
    expect(await fromEnd()).toBeLessThan(2)
    await flow.hover()
    await page.mouse.wheel(0, -400)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const before = await flow.evaluate(at => at.scrollTop)
    home.model.release()
    await expect.poll(async () => (await said(page)).at(-1), eventually).toMatch(/end$/)
    await live(page).waitFor({ state: 'detached' })
    expect(await flow.evaluate(at => at.scrollTop)).toBe(before)
    await page.getByRole('button', { name: 'Newest' }).click()
    await expect.poll(fromEnd).toBeLessThan(2)
  })

  it('sees nothing jump while an answer is written', async () => {
    const page = await home.ada()
    const chunks = Array.from({ length: 40 }, (_, at) => `${at % 8 === 7 ? '\n\n' : `word${at} `}`)
    await page.addInitScript(
      `window.shifted = 0; new PerformanceObserver(list => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value }).observe({ type: 'layout-shift', buffered: true })`,
    )
    await home.begin(page, 'Slowly', { chunks, holdBeforeChunk: 10 })
    await expect.poll(async () => (await said(page)).at(-1), eventually).toMatch(/word9$/)
    await page.evaluate('window.shifted = 0')
    home.model.release()
    await home.settled(page)
    expect(await page.evaluate('window.shifted')).toBeLessThan(0.01)
  })
})
