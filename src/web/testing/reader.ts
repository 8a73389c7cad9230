import type { Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Home } from './home.ts'

export const readersPassword = 'the engine weaves algebra'

/** Two busy cores, and a model that takes its time. */
export const eventually = { timeout: 40_000 }

/** Registers by hand and confirms: from then on the model may be asked. */
export async function comeIn(home: Home, page: Page, name: string): Promise<void> {
  const email = `${name.toLowerCase()}@example.com`
  await page.goto(`${home.url}/register`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(readersPassword)
  await page.getByLabel('Password once more').fill(readersPassword)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/chats*')
  const link = await vi.waitFor(() => home.link(email) ?? Promise.reject(new Error('no mail')), eventually)
  await page.goto(link)
  await page.getByRole('button', { name: 'Confirm my address' }).click()
  await page.waitForURL('**/chats*')
}

/** Asks in a chat of its own and gives its id, once the page of the dialogue is there. */
export async function beginChat(home: Home, page: Page, text: string): Promise<string> {
  await page.goto(`${home.url}/chats/new`)
  await page.locator('#text').fill(text)
  await page.locator('#text').press('Enter')
  await page.waitForURL(/\/chats\/(?!new)[\w-]+/)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

export const answers = (page: Page): Locator => page.locator('.msg.parley')
export const mine = (page: Page): Locator => page.locator('.msg.mine')

/** The newest answer is complete. */
export async function answered(page: Page, count = 1): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate(
          `[...document.querySelectorAll('.msg.parley')].filter(one => /done|stopped|failed/.test(one.dataset.state ?? '') && one.dataset.live === undefined).length`,
        ),
      eventually,
    )
    .toBe(count)
}

/** What the dialogue is, as the API tells it. */
export async function stored(
  page: Page,
  id: string,
): Promise<readonly { readonly role: string; readonly text: string }[]> {
  const text = await page.evaluate(`fetch('/api/v1/dialogues/${id}?limit=100').then(answer => answer.text())`)
  const told: { readonly messages: readonly { readonly role: string; readonly text: string }[] } = JSON.parse(
    String(text),
  )
  return told.messages
}
