import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { wordsIn } from '../core/words.ts'
import { sandboxOf, signUp, write } from './testing/day.ts'
import { type Home, openHome } from './testing/home.ts'

/** Whoever chose Korean reads Korean everywhere, whatever their browser speaks. */

let home: Home
let ada: Page
let id: string

/** Sentences of one catalogue by where they stand; parametric ones are left out. */
function* sentencesOf(words: object, path = ''): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(words) as [string, unknown][]) {
    if (typeof value === 'string') yield [`${path}${key}`, value]
    else if (typeof value === 'object' && value !== null) yield* sentencesOf(value, `${path}${key}.`)
  }
}

const korean = new Map(sentencesOf(wordsIn('ko')))
const english = new Set(
  [...sentencesOf(wordsIn('en'))].filter(([at, text]) => korean.get(at) !== text).map(([, text]) => text),
)

/** English that a person would read, or hear, on this page; what was said in a dialogue is whatever it was. */
async function englishOn(page: Page): Promise<readonly string[]> {
  const told: readonly string[] = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts = [document.title.replace(/ · Parley$/, '')]
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest('.body')) texts.push(node.nodeValue?.trim() ?? '')
    for (const element of document.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '')
    return texts
  })
  // Where one chooses a language, it is called by its own name.
  return told.filter(text => english.has(text) && text !== 'English')
}

beforeAll(async () => {
  home = await openHome()
  ada = await signUp(home, 'ada')
  await ada.goto(`${home.url}/settings`)
  await ada.selectOption('select[name="language"]', 'ko')
  await ada.locator('main form button.primary').first().click()
  await ada.locator('html[lang="ko"]').waitFor()
  await ada.goto(`${home.url}/chats/new`)
  await write(ada, '안녕하세요, 왜가리 이야기를 해 봅시다')
  await ada.waitForURL(/\/chats\/(?!new)[\w-]{8,}/)
  id = new URL(ada.url()).pathname.split('/').at(-1) ?? ''
  await ada.locator('.msg.parley[data-state="done"]').waitFor()
}, 90_000)
afterAll(() => home.close())

it('a sentence in English would be found', async () => {
  const { page, context } = await home.visit({ locale: 'en-GB' })
  await page.goto(`${home.url}/login`)
  expect((await englishOn(page)).length).toBeGreaterThan(3)
  await context.close()
})

it('what arrives live is in Korean too', async () => {
  await write(ada, '그리고 황새는요?')
  await expect.poll(() => ada.locator('.msg.parley[data-state="done"]').count(), { timeout: 20_000 }).toBe(2)
  expect(await englishOn(ada)).toEqual([])
  expect(await ada.locator('.msg').last().innerText()).toContain('복사')
}, 60_000)

it('every page is in Korean', async () => {
  const message = await sandboxOf(home).say('slack', 'support', 'ada', '@Parley hello')
  await sandboxOf(home).answered('slack', 'support', message)
  const paths = [
    '/chats',
    '/chats/new',
    '/chats?q=nothing-like-it',
    '/chats?platform=web',
    `/chats/${id}`,
    `/chats/${id}/people`,
    `/chats/${id}/share`,
    `/chats/${id}/remove`,
    `/chats/${id}/forget`,
    '/profile',
    '/profile/api-keys',
    '/settings',
    '/usage',
    '/public',
    '/forget',
    '/link/nothing',
    '/export',
    '/nowhere',
    '/chats/nowhere',
    '/email-verify/nothing',
    '/password-reset/nothing',
  ]
  const found: Record<string, readonly string[]> = {}
  for (const path of paths) {
    await ada.goto(`${home.url}${path}`)
    const rests = await englishOn(ada)
    if (rests.length > 0) found[path] = rests
    expect([path, await ada.locator('html').getAttribute('lang')]).toEqual([path, 'ko'])
    // A page without any Korean says nothing at all, or says it from elsewhere.
    expect([path, await ada.locator('main').innerText()]).toEqual([path, expect.stringMatching(/[가-힣]/)])
  }
  expect(found).toEqual({})
}, 90_000)

it('so are the doors, for whose browser speaks Korean', async () => {
  const { page, context } = await home.visit({ locale: 'ko-KR' })
  for (const path of ['/login', '/register', '/forget-password', '/public', '/nowhere']) {
    await page.goto(`${home.url}${path}`)
    expect([path, await englishOn(page)]).toEqual([path, []])
  }
  await context.close()
}, 60_000)
