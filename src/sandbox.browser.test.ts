import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { openBrowser } from './sandbox/page/testing/browser.ts'

/** What a newcomer does after `npm start`: nothing is configured, and nothing but the browser is ours. */

let dir: string
let parley: Parley
let browser: Browser
let page: Page

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-sandbox-'))
  parley = await startParley(readConfig({ PORT: '0', DATA_DIR: dir }), { log: silentLog })
  browser = await openBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
})
afterAll(async () => {
  await browser.close()
  await parley.stop()
  rmSync(dir, { recursive: true, force: true })
})

const eventually = { timeout: 20_000 }
const answers = () => page.locator('.thread .msg').filter({ hasText: 'app' }).allInnerTexts()
const lastAnswer = async () => (await answers()).at(-1) ?? ''

async function ask(text: string): Promise<void> {
  await page.fill('#channel-text', text)
  await page.press('#channel-text', 'Enter')
}

describe.each(['slack', 'discord'])('on %s', platform => {
  it('a mention is answered in a thread that opens by itself, as it is written', async () => {
    await page.goto(`${parley.url}/sandbox`)
    await page.click(`.seg [data-platform=${platform}]`)
    await page.waitForSelector(`body[data-platform=${platform}]`)
    await ask('@Parley what can you do?')
    await page.waitForSelector('.thread .msg.live', { timeout: 20_000 })
    const early = (await lastAnswer()).length
    await expect.poll(lastAnswer, eventually).toContain('practice model')
    await page.waitForSelector('.thread .msg.live', { state: 'detached', timeout: 20_000 })
    expect((await lastAnswer()).length).toBeGreaterThan(early)
  }, 60_000)

  it('a follow-up knows what was said', async () => {
    await page.fill('#thread-text', 'what did I say first?')
    await page.press('#thread-text', 'Enter')
    await expect.poll(async () => (await answers()).length, eventually).toBe(2)
    await expect.poll(lastAnswer, eventually).toContain('what can you do?')
  }, 60_000)

  it('Stop keeps what is there and says so', async () => {
    await ask('@Parley slow, please')
    await page.waitForSelector('.thread .msg.live', { timeout: 20_000 })
    await page.locator('.thread').getByRole('button', { name: 'Stop', exact: true }).click()
    await expect.poll(lastAnswer, eventually).toContain('Stopped')
  }, 60_000)

  it('a reload finds the thread again', async () => {
    const before = await lastAnswer()
    await page.reload()
    await expect.poll(lastAnswer, eventually).toBe(before)
  }, 60_000)
})
