import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { answered } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

let home: ScriptedHome
beforeAll(async () => {
  home = await openScriptedHome({ ADMIN_EMAILS: 'ada@example.com' })
}, 120_000)
afterEach(() => home.leave())
afterAll(() => home.close())

const lastSystem = () => home.model.requests.at(-1)?.messages[0]?.content ?? ''

async function asks(page: Page, question: string): Promise<string> {
  await home.begin(page, question, { text: 'As you like.' })
  await answered(page)
  return lastSystem()
}

async function press(page: Page, name: string) {
  await page.getByRole('button', { name, exact: true }).click()
}

it('an agent is made, tried, published, answers, and goes back to what it was', async () => {
  const page = await home.ada('/admin/agents')
  await page.getByRole('link', { name: 'New agent' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Pirate')
  await page.getByLabel('Instructions', { exact: true }).fill('Speak as {{nobody}} does.')
  await press(page, 'Create the draft')
  await expect.poll(() => page.locator('#instructions-error').innerText()).toContain('Double braces')
  await page.getByLabel('Instructions', { exact: true }).fill('Speak as a pirate to {{person}}.')
  await press(page, 'Create the draft')
  await page.waitForURL(/\/admin\/agents\/[\w-]{30,}/)
  const agentUrl = page.url().split('?')[0] ?? ''

  await page.getByLabel('Instructions', { exact: true }).fill('Shout as a pirate to {{person}}.')
  await page.getByLabel('Question', { exact: true }).fill('Hello?')
  home.model.script({ text: '**Ahoy!**' })
  await press(page, 'Ask')
  await expect.poll(() => page.locator('.agent-answer').innerText()).toBe('Ahoy!')
  expect(lastSystem()).toContain('Shout as a pirate to ada')
  expect(await page.getByLabel('Instructions', { exact: true }).inputValue()).toContain('Shout')

  await press(page, 'Publish')
  await expect.poll(() => page.locator('.versions').innerText()).toContain('Version 1')
  await page.goto(`${home.url}/admin/agents/places`)
  await page.locator('#usual').selectOption({ label: 'Pirate' })
  await press(page, 'Save')
  expect(await asks(page, 'Where is the treasure?')).toContain('Shout as a pirate')

  await page.goto(agentUrl)
  await page.getByLabel('Instructions', { exact: true }).fill('Whisper as a clerk.')
  await press(page, 'Publish')
  await expect.poll(() => page.locator('.versions').innerText()).toContain('Version 2')
  expect(await asks(page, 'Where is the treasure now?')).toContain('Whisper as a clerk')

  await page.goto(`${agentUrl}/versions/1?with=published`)
  expect(await page.locator('.diff-gone').innerText()).toContain('Shout as a pirate to {{person}}.')
  expect(await page.locator('.diff-new').innerText()).toContain('Whisper as a clerk.')
  await press(page, 'Publish this one again')
  await expect.poll(() => page.locator('.versions').innerText()).toContain('version 1 anew')
  expect(await asks(page, 'And where is it today?')).toContain('Shout as a pirate')
  expect(home.complaints).toEqual([])
}, 120_000)
