import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { listen } from '../../listen.ts'
import { createPracticeModel, type PracticeModel } from '../../sandbox/model/practice-model.ts'
import { type Home, openHome } from './home.ts'
import { comeIn, eventually, readersPassword } from './reader.ts'

/** A whole Parley whose model says what a test tells it to, and Ada's windows on its chats. */
export interface ScriptedHome extends Home {
  readonly model: PracticeModel
  /** A fresh window of Ada's, signed in, on this page; closed after the test. */
  ada(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** The same with a session of its own, for who ends it. */
  adaAnew(): Promise<Page>
  /** Begins a chat in this window. The model answers so, and calls every chat `title` afterwards. */
  begin(page: Page, question: string, answer: Parameters<PracticeModel['script']>[0]): Promise<void>
  /** Waits until a chat that was begun has its answer, and its title. */
  settled(page: Page): Promise<void>
  /** Closes the windows of the test. */
  leave(): Promise<void>
}

/** What the model calls each chat. */
export const title = 'Tides of Brest'

export async function openScriptedHome(env: Readonly<Record<string, string>> = {}): Promise<ScriptedHome> {
  const model = createPracticeModel({ wordDelayMs: 0 })
  const service = await serveModel(model)
  const home = await openHome({
    OPENAI_BASE_URL: `${service.url}/v1`,
    OPENAI_MODEL: 'parley-practice',
    ...env,
  })
  const { page, context } = await home.visit()
  await comeIn(home, page, 'Ada')
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
    async adaAnew() {
      const visit = await home.visit()
      open.push(visit.page)
      await visit.page.goto(`${home.url}/login`)
      await visit.page.getByLabel('E-mail').fill('ada@example.com')
      await visit.page.getByLabel('Password').fill(readersPassword)
      await visit.page.getByRole('button', { name: 'Log in' }).click()
      await visit.page.waitForURL('**/chats*')
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
