import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answered, answers, beginChat, eventually, mine, readersPassword, stored } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

/** Ada asks on the web and is answered by the practice model, in a real browser. */

let home: ScriptedHome
let page: Page
let context: BrowserContext

beforeAll(async () => {
  home = await openScriptedHome({}, { calls: '' })
  page = await home.ada()
  context = page.context()
}, 90_000)
afterAll(() => home.close())
const bodyText = () => answers(page).last().locator('.body').innerText()
const send = async (text: string) => {
  await page.locator('#text').fill(text)
  await page.locator('#text').press('Enter')
}

describe('a new chat', () => {
  it('leads to its dialogue; the answer grows, goes on after a reload, and is stored as it was shown', async () => {
    home.until(10)
    const id = await beginChat(home, page, 'slow please')
    expect(await mine(page).innerText()).toContain('slow please')
    await expect.poll(bodyText, eventually).toContain('I am writing')
    const early = (await bodyText()).length
    home.until(30)
    await expect.poll(async () => (await bodyText()).length, eventually).toBeGreaterThan(early + 20)
    await home.model.whenHeld()
    await page.reload()
    await expect.poll(bodyText, eventually).toContain('when you stop')
    const before = await bodyText()
    home.until(50)
    await expect.poll(async () => (await bodyText()).length, eventually).toBeGreaterThan(before.length)
    expect(await answers(page).last().getAttribute('data-live')).toBe('')
    home.model.release()
    await answered(page)
    const told = await stored(page, id)
    expect(told.map(({ role }) => role)).toEqual(['user', 'assistant'])
    const plain = told[1]?.text.replace(/[*_`]/g, '')
    expect(await bodyText()).toBe(plain)
    expect(plain).toMatch(/^I am writing this slowly[\s\S]*That was all\.$/)
    await page.reload()
    expect(await bodyText()).toBe(plain)
  }, 120_000)

  it('sent twice by a hurried finger is one chat', async () => {
    await page.goto(`${home.url}/chats/new`)
    await page.locator('#text').fill('table of hurried things')
    await page.evaluate(`(() => {
      const form = document.querySelector('#composer')
      const body = new URLSearchParams(new FormData(form))
      return Promise.all([1, 2].map(() => fetch('/chats', { method: 'POST', body }))).then(() => form.requestSubmit())
    })()`)
    await page.waitForURL(/\/chats\/(?!new)[\w-]+/)
    await answered(page)
    expect(await page.locator('#list a.item', { hasText: 'hurried things' }).count()).toBe(1)
    expect(await mine(page).count()).toBe(1)
  }, 60_000)

  it('shows a table as a table, and what comes next right below it, at once', async () => {
    await beginChat(home, page, 'table')
    await answered(page)
    await expect.poll(() => answers(page).locator('table td').count(), eventually).toBeGreaterThan(3)
    await page.evaluate(`(() => {
      const socket = WebSocket.prototype.send
      WebSocket.prototype.send = function (text) {
        if (JSON.parse(text).type === 'send') window.held = () => socket.call(this, text)
        else socket.call(this, text)
      }
      window.letGo = () => { WebSocket.prototype.send = socket; window.held() }
    })()`)
    await send('What did I say first?')
    expect(await mine(page).last().innerText()).toContain('What did I say first?')
    expect(await mine(page).last().getAttribute('data-sending')).toBe('')
    await page.evaluate('window.letGo()')
    await expect.poll(() => mine(page).last().getAttribute('data-sending'), eventually).toBe(null)
    await answered(page, 2)
    expect(await mine(page).count()).toBe(2)
    const order = await page.evaluate(
      `[...document.querySelectorAll('.msg')].map(one => one.matches('.parley') ? 'P' : 'A').join('')`,
    )
    expect(order).toBe('APAP')
  }, 90_000)
})

describe('an answer', () => {
  it('that is stopped keeps what is there and says so; another beside it can be had, and the first again', async () => {
    home.until(10)
    await beginChat(home, page, 'slow')
    await expect.poll(bodyText, eventually).toContain('I am writing this')
    await page.getByRole('button', { name: 'Stop' }).click()
    await answers(page).locator('.outcome', { hasText: 'Stopped.' }).waitFor({ timeout: 20_000 })
    home.model.release()
    const kept = await bodyText()
    expect(kept).toMatch(/^I am writing this/)
    expect(kept).not.toContain('That was all.')
    await answers(page).getByRole('button', { name: 'Regenerate' }).click()
    await expect.poll(() => answers(page).last().locator('.ways').innerText(), eventually).toMatch(/2\/2/)
    await answered(page)
    expect(await bodyText()).toContain('That was all.')
    expect(await answers(page).count()).toBe(1)
    await page.getByRole('button', { name: 'Previous version' }).click()
    await expect.poll(bodyText, eventually).toBe(kept)
    expect(await answers(page).last().locator('.ways').innerText()).toMatch(/1\/2/)
    await page.getByRole('button', { name: 'Next version' }).click()
    await expect.poll(bodyText, eventually).toContain('That was all.')
  }, 120_000)

  it('that is begun anew while one looks does not show anything twice', async () => {
    home.until(10)
    await beginChat(home, page, 'slow again')
    await expect.poll(bodyText, eventually).toContain('I am writing this')
    const other = await context.newPage()
    await other.goto(page.url())
    await other.locator('.menu-form').waitFor({ state: 'attached' })
    await other.locator('header.top summary').click()
    await other.locator('#new-title').fill('Renamed elsewhere')
    await other.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.locator('#title').innerText(), eventually).toBe('Renamed elsewhere')
    await other.close()
    expect(await answers(page).last().getAttribute('data-live')).toBe('')
    home.model.release()
    await answered(page)
    expect((await bodyText()).match(/I am writing this slowly/g)).toHaveLength(1)
  }, 90_000)

  it('to a message in other words stands on a branch of its own; Markdown is edited as it was written', async () => {
    await beginChat(home, page, 'Do you like **tides**?')
    await answered(page)
    const first = await bodyText()
    await page.getByRole('button', { name: 'Edit' }).click()
    const field = page.getByRole('textbox', { name: 'Send as a new version' })
    expect(await field.inputValue()).toBe('Do you like **tides**?')
    await field.fill('Do you like **moons**?')
    // By a hurried finger: it is one version all the same.
    await page.evaluate(`[1, 2].forEach(() => document.querySelector('form.edit').requestSubmit())`)
    await expect.poll(() => mine(page).innerText(), eventually).toContain('moons')
    await answered(page)
    await expect.poll(bodyText, eventually).toContain('moons')
    expect(await mine(page).locator('.ways').innerText()).toMatch(/2\/2/)
    await page.getByRole('button', { name: 'Previous version' }).click()
    await expect.poll(() => mine(page).innerText(), eventually).toContain('tides')
    expect(await bodyText()).toBe(first)
  }, 90_000)

  it('that fails says why, and can be tried again', async () => {
    await beginChat(home, page, 'fail')
    await answers(page).locator('.outcome.bad').waitFor({ timeout: 40_000 })
    expect(await answers(page).locator('.outcome.bad').count()).toBe(1)
    expect((await answers(page).locator('.outcome.bad').innerText()).length).toBeGreaterThan(20)
    await answers(page).getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => answers(page).locator('.ways').innerText(), eventually).toMatch(/2\/2/)
  }, 120_000)
})

describe('a session', () => {
  it('whose access cookie only ran out goes on without a word', async () => {
    await beginChat(home, page, 'table')
    await answered(page)
    await context.clearCookies({ name: /access/ })
    await context.setOffline(true)
    await page.locator('#status', { hasText: 'connection was lost' }).waitFor()
    await send('code')
    await context.setOffline(false)
    await answered(page, 2)
    expect(await mine(page).count()).toBe(2)
    expect(await page.locator('dialog').count()).toBe(0)
    expect(await page.locator('#status').innerText()).toBe('')
  }, 90_000)

  it('that is ended elsewhere asks for the password, keeps the draft, and goes on', async () => {
    await beginChat(home, page, 'table')
    await answered(page)
    await page.locator('#text').fill('half a thou')
    const other = await home.visit()
    await other.page.goto(`${home.url}/login`)
    await other.page.getByLabel('E-mail').fill('ada@example.com')
    await other.page.getByLabel('Password', { exact: true }).fill(readersPassword)
    await other.page.getByRole('button', { name: 'Log in' }).click()
    await other.page.waitForURL('**/chats*')
    await other.page.goto(`${home.url}/settings`)
    await other.page.getByRole('button', { name: /everywhere/i }).click()
    await other.context.close()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor({ timeout: 20_000 })
    await dialog.getByLabel('E-mail').fill('ada@example.com')
    await dialog.getByLabel('Password').fill('not the password')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.getByText('is not right').waitFor()
    await dialog.getByLabel('Password').fill(readersPassword)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.locator('#text').inputValue()).toBe('half a thou')
    await page.locator('#text').press('End')
    await page.locator('#text').pressSequentially('ght')
    expect(await page.locator('#text').inputValue()).toBe('half a thought')
    await page.locator('#text').press('Enter')
    await answered(page, 2)
    expect(await mine(page).last().innerText()).toContain('half a thought')
  }, 120_000)
})

describe('the pages', () => {
  it('never complained', () => {
    expect(home.complaints.filter(one => !/WebSocket|ERR_INTERNET/.test(one))).toEqual([])
  })
})
