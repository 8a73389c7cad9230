import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longSample } from '../../sandbox/model/samples.ts'
import { answered, answers, beginChat, eventually, mine } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

/** Ada finds what was said, keeps it in order, and gets about by keys, with and without JavaScript. */

let home: ScriptedHome
let page: Page
let context: BrowserContext
let tidesId: string

beforeAll(async () => {
  home = await openScriptedHome({}, { calls: '' })
  page = await home.ada()
  context = page.context()
}, 90_000)
afterAll(() => home.close())

const titles = (at: Page = page) =>
  at.locator('#list a.item b').evaluateAll(all => all.map(one => one.textContent))

/** Chats in bulk, as a client of the API makes them. */
async function fill(count: number): Promise<void> {
  await page.evaluate(`(async () => {
    for (let at = 0; at < ${count}; at += 1)
      await fetch('/api/v1/dialogues', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'Ledger ' + at, clientId: 'ledger-' + at }),
      })
  })()`)
}

describe('the list', () => {
  it('finds words, beginnings and Korean as one types, with what matched marked', async () => {
    tidesId = await beginChat(home, page, 'When is spring tide at Plymouth?')
    await answered(page)
    await beginChat(home, page, '다음 주 회의록을 정리해 주세요')
    await answered(page)
    await page.goto(`${home.url}/chats`)
    const search = page.getByRole('searchbox')
    await search.pressSequentially('plym')
    await expect.poll(() => titles(), eventually).toEqual(['When is spring tide at Plymouth?'])
    await expect.poll(() => page.locator('#list mark').first().innerText(), eventually).toMatch(/^Plym/i)
    expect(new URL(page.url()).search).toBe('?q=plym')
    await search.fill('회의')
    await expect.poll(() => titles(), eventually).toEqual(['다음 주 회의록을 정리해 주세요'])
    await search.fill('')
    await expect.poll(async () => (await titles()).length, eventually).toBe(2)
    expect(new URL(page.url()).search).toBe('')
    await search.fill('zzyzx')
    await page.getByText('Nothing found for “zzyzx”').waitFor()
    await page.reload()
    expect(await search.inputValue()).toBe('zzyzx')
    await page.getByText('Nothing found for “zzyzx”').waitFor()
  }, 90_000)

  it('keeps its filters while one searches on', async () => {
    await page.goto(`${home.url}/chats`)
    await page.getByText('Filter', { exact: true }).click()
    await page.getByLabel('Platform').selectOption('slack')
    await page.getByRole('searchbox').fill('tide')
    await page.getByText('Nothing found for “tide”').waitFor()
    expect(await page.getByLabel('Platform').inputValue()).toBe('slack')
    await page.getByLabel('Platform').selectOption('web')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => titles(), eventually).toEqual(['When is spring tide at Plymouth?'])
    expect(await page.getByRole('searchbox').inputValue()).toBe('tide')
  }, 60_000)

  it('brings older ones, each once, and by keys one walks through it', async () => {
    await fill(45)
    await page.goto(`${home.url}/chats`)
    expect(await titles()).toHaveLength(40)
    await page.getByRole('link', { name: 'Older' }).click()
    await expect.poll(async () => new Set(await titles()).size, eventually).toBe(47)
    expect(await titles()).toHaveLength(47)
    expect(await page.getByRole('heading', { name: 'Today' }).count()).toBe(1)
    await page.goto(`${home.url}/chats`)
    await page.locator('#main').focus()
    const at = () => page.evaluate(`document.activeElement.querySelector('b')?.textContent`)
    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key)
    expect(await at()).toBe((await titles())[1])
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('/')
    await page.keyboard.type('jk?')
    expect(await page.getByRole('searchbox').inputValue()).toBe('jk?')
    expect(await page.getByRole('dialog').count()).toBe(0)
  }, 90_000)
})

describe('a dialogue', () => {
  it('is pinned, renamed and deleted', async () => {
    await page.goto(`${home.url}/chats/${tidesId}`)
    const menu = page.locator('header.top summary')
    await menu.click()
    await page.keyboard.press('Escape')
    expect(new URL(page.url()).pathname).toBe(`/chats/${tidesId}`)
    await menu.click()
    await page.getByRole('button', { name: 'Pin', exact: true }).click()
    await expect.poll(() => page.locator('#list h2').first().innerText(), eventually).toBe('Pinned')
    expect((await titles())[0]).toBe('When is spring tide at Plymouth?')
    await menu.click()
    await page.getByLabel('Title').fill('Spring tides')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Spring tides')
    expect((await titles())[0]).toBe('Spring tides')
    const id = await beginChat(home, page, 'away with this')
    await answered(page)
    await menu.click()
    await page.getByRole('link', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/chats')
    expect(await titles()).not.toContain('away with this')
    expect((await page.goto(`${home.url}/chats/${id}`))?.status()).toBe(404)
  }, 90_000)

  it('unfolds what an answer saw, and keeps the draft over a reload', async () => {
    await page.goto(`${home.url}/chats/${tidesId}`)
    const seen = page.getByRole('link', { name: /messages seen/ })
    await seen.click()
    await page
      .locator('.fold')
      .getByText(/1 of 1 messages/)
      .waitFor()
    expect(await seen.getAttribute('aria-expanded')).toBe('true')
    await seen.click()
    expect(await page.locator('.fold').count()).toBe(0)
    const text = page.locator('#text')
    await text.fill('not yet said')
    await page.reload()
    expect(await text.inputValue()).toBe('not yet said')
    await text.press('Shift+Enter')
    expect(await text.inputValue()).toMatch(/\n/)
    await text.fill('   ')
    await text.press('Enter')
    await text.fill('한')
    await text.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })
    expect(await mine(page).count()).toBe(1)
    await text.fill('')
  }, 60_000)

  it('takes a text file that is pasted, and says why it takes no picture', async () => {
    await page.goto(`${home.url}/chats/${tidesId}`)
    const paste = (name: string, type: string) =>
      page.evaluate(`(() => {
        const clipboardData = new DataTransfer()
        clipboardData.items.add(new File(['high;low\\n5.1;0.9\\n'], ${JSON.stringify(name)}, { type: ${JSON.stringify(type)} }))
        document.querySelector('#text').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      })()`)
    await paste('tide.png', 'image/png')
    await page.getByText('Only text files can be added').waitFor()
    await paste('tides.csv', 'text/csv')
    await expect
      .poll(() => page.locator('#text').inputValue())
      .toBe('tides.csv\n```csv\nhigh;low\n5.1;0.9\n```\n')
    await page.locator('#text').press('Enter')
    await expect.poll(() => mine(page).last().locator('pre').innerText(), eventually).toContain('5.1;0.9')
    await answered(page, 2)
  }, 60_000)

  it('leaves a reader who scrolled up alone, and shows the way to the newest', async () => {
    home.until(500)
    await beginChat(home, page, 'long answer please')
    const flow = page.locator('#flow')
    const state = () =>
      flow.evaluate(one => ({
        top: one.scrollTop,
        left: one.scrollHeight - one.scrollTop - one.clientHeight,
      }))
    await expect.poll(async () => (await state()).top, eventually).toBeGreaterThan(500)
    expect((await state()).left).toBeLessThan(80)
    await flow.hover()
    await page.mouse.wheel(0, -400)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const { top } = await state()
    home.until(1_000)
    await expect.poll(async () => (await state()).left, eventually).toBeGreaterThan(1_000)
    expect((await state()).top).toBe(top)
    await page.getByRole('button', { name: 'Newest' }).click()
    expect((await state()).left).toBeLessThan(80)
    await page.getByRole('button', { name: 'Newest' }).waitFor({ state: 'hidden' })
    home.model.release()
    await answered(page)
    expect((await state()).left).toBeLessThan(80)
  }, 120_000)

  it('does not move under the eyes while its answer comes', async () => {
    await page.addInitScript(`
      window.shifts = []
      new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput && entry.value > 0.001)
          window.shifts.push(entry.value.toFixed(4) + entry.sources.map(({ node, previousRect, currentRect }) => ' ' + (node?.outerHTML ?? node?.textContent ?? '').slice(0, 60) + ' ' + JSON.stringify([previousRect, currentRect])))
      }).observe({ type: 'layout-shift', buffered: true })`)
    const write = (length: number) => home.model.script({ text: longSample(length), wordDelayMs: 8 })
    write(1_500)
    const id = await beginChat(home, page, 'write 1500 characters')
    await answered(page)
    await page.goto(`${home.url}/chats/${id}`)
    await answered(page)
    write(1_600)
    await page.locator('#text').fill('write 1600 characters')
    await page.locator('#text').press('Enter')
    await answered(page, 2)
    expect(await page.evaluate('window.shifts')).toEqual([])
  }, 120_000)
})

describe('without JavaScript', () => {
  it('one reads, searches, begins, answers, renames, pins and deletes', async () => {
    const cookies = await context.cookies()
    const plain = await home.visit({ javaScriptEnabled: false })
    await plain.context.addCookies(cookies)
    const { page: bare } = plain
    await bare.goto(`${home.url}/chats`)
    await bare.getByRole('searchbox').fill('tides')
    await bare.getByRole('searchbox').press('Enter')
    await bare.getByRole('link', { name: /Spring tides/ }).click()
    await bare.getByText('When is spring tide at Plymouth?').first().waitFor()
    await bare.goto(`${home.url}/chats/new`)
    await bare.getByLabel('Ask Parley').fill('table without scripts')
    await bare.getByRole('button', { name: 'Send' }).click()
    await bare.waitForURL(/\/chats\/(?!new)[\w-]+/)
    const reload = async () => {
      await bare.reload()
      return answers(bare).last().innerText()
    }
    await expect.poll(reload, eventually).toContain('A table with numbers')
    await bare.locator('#text').fill('and code')
    await bare.getByRole('button', { name: 'Send' }).click()
    await expect.poll(reload, eventually).toContain('small function')
    await bare.locator('header.top summary').click()
    await bare.getByLabel('Title').fill('By hand')
    await bare.getByRole('button', { name: 'Save' }).click()
    expect(await bare.getByRole('heading', { level: 1 }).innerText()).toBe('By hand')
    await bare.locator('header.top summary').click()
    await bare.getByRole('button', { name: 'Pin', exact: true }).click()
    expect((await titles(bare)).slice(0, 2)).toContain('By hand')
    await answers(bare)
      .last()
      .getByRole('link', { name: /messages seen/ })
      .click()
    await bare.getByText(/3 of 3 messages/).waitFor()
    await bare.goBack()
    await bare.locator('header.top summary').click()
    await bare.getByRole('link', { name: 'Delete' }).click()
    await bare.getByRole('button', { name: 'Delete' }).click()
    expect(await titles(bare)).not.toContain('By hand')
    await plain.context.close()
  }, 120_000)

  it('nothing was complained of', () => expect(home.complaints).toEqual([]))
})
