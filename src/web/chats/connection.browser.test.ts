import type { Page, WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hostile } from '../../markdown/testing/hostile.ts'
import { hindrances } from '../testing/home.ts'
import { comeIn, eventually, readersPassword } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

/** Connections that are lost, sessions that end, and text that means harm. */

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
async function write(page: Page, text: string): Promise<void> {
  await page.fill('#text', text)
  await page.press('#text', 'Enter')
}

/** The way between this window and the server, which a test cuts and mends. */
async function line(page: Page) {
  let isCut = false
  const open = new Set<WebSocketRoute>()
  await page.routeWebSocket('**/ws', socket => {
    if (isCut) return void socket.close({ code: 1011 })
    socket.connectToServer()
    open.add(socket)
  })
  return {
    async cut() {
      isCut = true
      for (const socket of open) await socket.close({ code: 1011 })
      open.clear()
    },
    mend: () => void (isCut = false),
  }
}

describe('a line that is cut', () => {
  it('is said, comes again by itself, and what was written meanwhile is sent once', async () => {
    const page = await home.ada()
    const way = await line(page)
    await home.begin(page, 'One', { text: 'First.' })
    await shows(page, ['One', 'First.'])
    await way.cut()
    await page.getByText('The connection was lost.').waitFor()
    await write(page, 'Two')
    await shows(page, ['One', 'First.', 'Two'])
    expect(await page.locator('[data-sending]').count()).toBe(1)
    home.model.script({ text: 'Second.' })
    way.mend()
    await shows(page, ['One', 'First.', 'Two', 'Second.'])
    await expect.poll(() => page.locator('#status').innerText(), eventually).toBe('')
    expect(await page.locator('[data-sending]').count()).toBe(0)
  })

  it('what was not sent outlives a reload', async () => {
    const page = await home.ada()
    const way = await line(page)
    await home.begin(page, 'One', { text: 'First.' })
    await shows(page, ['One', 'First.'])
    await way.cut()
    await write(page, 'Two')
    home.model.script({ text: 'Second.' })
    way.mend()
    await page.reload()
    await shows(page, ['One', 'First.', 'Two', 'Second.'])
    await page.reload()
    await expect.poll(() => said(page), eventually).toEqual(['One', 'First.', 'Two', 'Second.'])
  })

  it('in the middle of an answer costs nothing of it', async () => {
    const page = await home.ada()
    const way = await line(page)
    const chunks = ['# Tides\n\n', 'Low at noon.\n\n', 'High ', 'at six.\n\n', 'Low again.']
    await home.begin(page, 'When?', { chunks, holdBeforeChunk: 3 })
    await shows(page, ['When?', 'Tides Low at noon. High'])
    await way.cut()
    way.mend()
    home.model.release()
    await expect
      .poll(() => said(page), eventually)
      .toEqual(['When?', 'Tides Low at noon. High at six. Low again.'])
  })
})

describe('a session that ends', () => {
  const dialogOn = (page: Page) => page.getByRole('dialog', { name: 'Log in to go on' })

  it('is taken up again over the page, with what was written meanwhile', async () => {
    const page = await home.adaAnew()
    await home.begin(page, 'One', { text: 'First.' })
    await shows(page, ['One', 'First.'])
    await page.fill('#text', 'a thought in progress')
    await page.evaluate(`fetch('/logout', { method: 'POST', redirect: 'manual' })`)
    const dialog = dialogOn(page)
    await dialog.waitFor()
    expect(await hindrances(page)).toEqual([])
    expect(await dialog.getByLabel('E-mail').inputValue()).toBe('ada@example.com')
    await dialog.getByLabel('Password').fill('not the password')
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.getByText('E-mail or password is not right.').waitFor()
    await dialog.getByLabel('Password').fill(readersPassword)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.inputValue('#text')).toBe('a thought in progress')
    home.model.script({ text: 'Second.' })
    await page.press('#text', 'Enter')
    await shows(page, ['One', 'First.', 'a thought in progress', 'Second.'])
  })

  it('and another person’s that begins there: nothing of the first is left, nor said in their name', async () => {
    const grace = await home.visit()
    await comeIn(home, grace.page, 'Grace')
    await grace.context.close()
    const page = await home.adaAnew()
    const way = await line(page)
    await home.begin(page, 'One', { text: 'First.' })
    await shows(page, ['One', 'First.'])
    await way.cut()
    await write(page, 'for my eyes only')
    const { length } = home.model.requests
    await page.evaluate(`fetch('/logout', { method: 'POST', redirect: 'manual' })`)
    way.mend()
    const dialog = dialogOn(page)
    await dialog.waitFor()
    await dialog.getByLabel('E-mail').fill('grace@example.com')
    await dialog.getByLabel('Password').fill(readersPassword)
    await dialog.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('There is nothing at this address.').waitFor()
    expect(await page.locator('body').innerText()).not.toMatch(/First|eyes only/)
    const unsent = await page.evaluate(`Object.keys(localStorage).filter(key => key.startsWith('unsent'))`)
    expect(unsent).toHaveLength(1)
    expect(home.model.requests.length).toBe(length)
  })
})

describe('a browser that gives little', () => {
  it('without storage, clipboard and ids of its own still chats', async () => {
    const page = await home.ada('/login')
    await page.addInitScript(`
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })
      crypto.randomUUID = undefined
      Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
    await home.begin(page, 'One', { text: 'First.' })
    await shows(page, ['One', 'First.'])
    home.model.script({ text: 'Second.' })
    await write(page, 'Two')
    await expect.poll(() => said(page), eventually).toEqual(['One', 'First.', 'Two', 'Second.'])
    await page.locator('.msg.parley').last().getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied').waitFor()
  })
})

describe('text that means harm', () => {
  it('does nothing, asks nothing of any other host, and breaks no rule of the page', async () => {
    const page = await home.ada()
    const elsewhere: string[] = []
    const before = home.complaints.length
    page.on('request', request => {
      if (new URL(request.url()).origin !== home.url) elsewhere.push(request.url())
    })
    page.on('dialog', dialog => elsewhere.push(dialog.message()))
    const canary = '<img src=x onerror="document.title=1"><script>document.title=2</script>\n\n'
    const text = canary + hostile.join('\n\n')
    await home.begin(page, text, { text })
    await expect.poll(async () => (await said(page)).length, eventually).toBe(2)
    await home.settled(page)
    await page.reload()
    await page.locator('.msg').nth(1).waitFor()
    const bad = page.locator('.msg :is(img, script, iframe, style, [onerror], a[href^="javascript" i])')
    expect(await bad.count()).toBe(0)
    expect(await page.title()).toContain('Parley')
    expect(elsewhere).toEqual([])
    const search = await home.ada(`/chats?q=${encodeURIComponent('onerror="document')}`)
    await search.locator('#list .item').first().waitFor()
    expect(await search.locator('#list :is(img, script)').count()).toBe(0)
    expect(home.complaints.slice(before)).toEqual([])
  })
})
