import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { hindrances } from '../testing/home.ts'
import { answered, answers } from '../testing/reader.ts'
import { openScriptedHome, type ScriptedHome } from '../testing/scripted-home.ts'

let home: ScriptedHome
beforeAll(async () => {
  home = await openScriptedHome({ ADMIN_EMAILS: 'ada@example.com' })
}, 120_000)
afterEach(() => home.leave())
afterAll(() => home.close())

it('a chat begins with the agent of one’s choice, which asks first; a question is skipped by its button', async () => {
  const page = await home.ada('/admin/agents/new')
  await page.getByLabel('Name', { exact: true }).fill('Coach')
  await page.getByLabel('Questions', { exact: true }).fill('Where now?\nWhere to?')
  await page.getByRole('button', { name: 'Create the draft' }).click()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.locator('.versions li').waitFor()

  await page.goto(`${home.url}/chats/new`)
  await page.getByLabel('Agent').selectOption({ label: 'Coach' })
  await page.fill('#text', 'I want to run')
  await page.press('#text', 'Enter')
  await page.waitForURL(/\/chats\/(?!new)[^/]+$/)
  await answered(page)
  expect(await answers(page).first().innerText()).toContain('Where now?')
  expect(await hindrances(page)).toEqual([])
  await page.fill('#text', 'On the sofa')
  await page.press('#text', 'Enter')
  await answered(page, 2)
  expect(await answers(page).nth(1).innerText()).toContain('Where to?')
  expect(await page.getByRole('button', { name: 'Skip this question' }).count()).toBe(1)
  home.model.script({ text: 'Then go.' })
  await page.getByRole('button', { name: 'Skip this question' }).click()
  await answered(page, 3)
  expect(await answers(page).nth(2).innerText()).toContain('Then go.')
  const prompt = home.model.requests.find(({ messages }) => messages.at(-1)?.content.includes('skip'))
  expect(prompt?.messages[1]?.content).toMatch(/<answer>On the sofa<\/answer>\n<\/answers>$/)
  expect(await page.getByRole('button', { name: 'Skip this question' }).count()).toBe(0)
  expect(home.complaints).toEqual([])
}, 90_000)
