import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { listen } from '../../listen.ts'
import { createPracticeModel, type PracticeModel } from '../../sandbox/model/practice-model.ts'
import { type Home, openHome } from './home.ts'

export const adaEmail = 'ada@example.com'
export const adaPassword = 'the engine weaves algebra'

/** A whole Parley whose model says what a test tells it to, and Ada's windows on its chats. */
export interface ChatHome extends Home {
  readonly model: PracticeModel
  /** A fresh window of Ada's, signed in, on this page; closed after the test. */
  ada(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** Begins a chat in this window. The model answers so, and calls every chat `title` afterwards. */
  begin(page: Page, question: string, answer: Parameters<PracticeModel['script']>[0]): Promise<void>
  /** Waits until a chat that was begun has its answer, and its title. */
  settled(page: Page): Promise<void>
  /** Closes the windows of the test. */
  leave(): Promise<void>
}

/** What the model calls each chat. */
export const title = 'Tides of Brest'

const eventually = { timeout: 20_000 }

export async function openChatHome(): Promise<ChatHome> {
  const model = createPracticeModel({ wordDelayMs: 0 })
  const service = await serveModel(model)
  const home = await openHome({ OPENAI_BASE_URL: `${service.url}/v1`, OPENAI_MODEL: 'parley-practice' })
  const { page, context } = await home.visit()
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill(adaEmail)
  await page.getByLabel('Password', { exact: true }).fill(adaPassword)
  await page.getByLabel('Password once more').fill(adaPassword)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
  await vi.waitUntil(() => home.link(adaEmail), { timeout: 15_000 })
  await page.goto(home.link(adaEmail) ?? '')
  await page.getByRole('button', { name: /confirm/i }).click()
  await page.waitForURL('**/chats*')
  const storageState = await context.storageState()
  await context.close()
  const open: Page[] = []
  return {
    ...home,
    model,
    async ada(path = '/chats', options = {}) {
      const visit = await home.visit({ storageState, ...options })
      open.push(visit.page)
      await visit.page.goto(home.url + path)
      return visit.page
    },
    async begin(at, question, answer) {
      await at.goto(`${home.url}/chats/new`)
      model.script(answer)
      await at.fill('#text', question)
      await at.press('#text', 'Enter')
      await at.waitForURL(/\/chats\/(?!new)[^/]+$/)
    },
    async settled(at) {
      await expect.poll(() => at.locator('#title').innerText(), eventually).toBe(title)
    },
    async leave() {
      model.release()
      for (const left of open.splice(0)) await left.context().close()
    },
    async close() {
      await home.close()
      await service.close()
    },
  }
}

/** Titles are asked for whenever there is time: whoever answers those leaves the test's own script alone. */
async function serveModel(model: PracticeModel) {
  const titles = createPracticeModel({ wordDelayMs: 0 })
  const service = await listen({ host: '127.0.0.1', port: 0 })
  service.serve({
    async fetch(request) {
      const isTitle = (await request.clone().text()).includes('Now write the title.')
      if (isTitle) titles.script({ text: title })
      return (isTitle ? titles : model).app.fetch(request)
    },
  })
  return service
}
