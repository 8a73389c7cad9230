import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersOf,
  askForLink,
  confirmLink,
  isRelayed,
  link,
  open,
  password,
  said,
  sandboxOf,
  signUp,
  write,
} from './testing/day.ts'
import { type Home, openHome } from './testing/home.ts'

/** A whole day with Parley, nothing configured: what each part promises the others, seen from outside. */

const eventually = { timeout: 20_000 }

let home: Home
let ada: Page
let sandbox: ReturnType<typeof sandboxOf>

beforeAll(async () => {
  home = await openHome()
  sandbox = sandboxOf(home)
  ada = await signUp(home, 'ada')
}, 60_000)
afterAll(() => home.close())

const listed = async (page: Page) => {
  await page.goto(`${home.url}/chats`)
  return page.locator('#list').innerText()
}

describe.each(['slack', 'discord'] as const)('linking from %s', on => {
  it('both sides are shown, then told; each may part from the other again', async () => {
    const service = on === 'slack' ? 'Slack' : 'Discord'
    const href = await askForLink(home, on)
    const asGrace = await sandbox.look(on, 'support', 'grace')
    expect(JSON.stringify(asGrace.channel)).not.toContain('/link/')
    await ada.goto(href)
    const shown = await ada.locator('main').innerText()
    expect(shown).toContain(`On ${service}`)
    expect(shown).toContain('(ada)')
    // Looking spends nothing.
    expect((await fetch(href)).status).toBe(200)
    await confirmLink(ada)
    expect(await ada.locator('#notices').innerText()).toContain('Your accounts are linked')
    const told = async () => {
      const [{ channel }, alone] = await Promise.all([
        sandbox.look(on, 'support'),
        sandbox.look(on, 'direct'),
      ])
      return [...channel.messages, ...alone.channel.messages].map(({ html }) => html).join('\n')
    }
    await expect.poll(told, eventually).toContain('is now linked to')
    await ada.getByRole('button', { name: `Unlink Ada (${service})` }).click()
    await ada.getByText('The account is no longer linked.').first().waitFor()
    await link(home, ada, on)
    const { page } = await home.visit()
    await page.goto(`${home.url}/sandbox?on=${on}&in=support&as=ada`)
    await page.waitForSelector(`body[data-platform=${on}]`)
    await page.fill('#channel-text', on === 'slack' ? '/parley unlink' : '/unlink')
    await page.press('#channel-text', 'Enter')
    await expect.poll(told, eventually).toContain('no longer linked')
    await page.context().close()
    await ada.goto(`${home.url}/profile`)
    expect(await ada.getByRole('button', { name: `Unlink Ada (${service})` }).count()).toBe(0)
    await link(home, ada, on)
  }, 90_000)
})

describe('history', () => {
  it('shows what she may read where she is, and not what she may not', async () => {
    const [slack, finance, discord] = await Promise.all([
      sandbox.say('slack', 'support', 'grace', '@Parley where is the marmalade?'),
      sandbox.say('slack', 'finance', 'grace', '@Parley the budget of saffron'),
      sandbox.say('discord', 'support', 'grace', '@Parley where is the chutney?'),
    ])
    await sandbox.answered('slack', 'support', slack)
    await sandbox.answered('slack', 'finance', finance)
    await sandbox.answered('discord', 'support', discord)
    await sandbox.say('slack', 'direct', 'grace', 'my secret of turmeric')
    await sandbox.say('slack', 'direct', 'linus', 'and mine of cumin')
    await expect.poll(() => listed(ada), eventually).toMatch(/chutney/)
    const hers = await listed(ada)
    expect(hers).toMatch(/marmalade[\s\S]*#support · Acme · Slack/)
    expect(hers).toMatch(/chutney[\s\S]*#support · Acme · Discord/)
    expect(hers).toContain('saffron')
    expect(hers).not.toMatch(/turmeric|cumin/)
    await open(home, ada, 'marmalade')
    await expect
      .poll(() => ada.locator('header.top').innerText(), eventually)
      .toMatch(/visible to the \d people/)
    await ada.goto(`${home.url}/chats?q=marmal`)
    expect(await ada.locator('#list mark').first().innerText()).toMatch(/marmalade/i)
  }, 90_000)
})

describe.each(['slack', 'discord'] as const)('a thread of %s', on => {
  it('goes on from the web and back, both live, with one answer', async () => {
    const root = await sandbox.say(on, 'eng', 'ada', '@Parley what floats?')
    const thread = await sandbox.answered(on, 'eng', root)
    await open(home, ada, new RegExp(`what floats[\\s\\S]*${on}`, 'i'))
    await write(ada, 'and what sinks?')
    await expect
      .poll(async () => answersOf(await sandbox.inThread(on, 'eng', thread)).length, eventually)
      .toBe(2)
    const relayed = (await sandbox.inThread(on, 'eng', thread)).filter(({ html }) => isRelayed(html))
    expect(relayed).toHaveLength(1)
    expect(relayed[0]?.html).toMatch(/Ada[\s\S]*from the web[\s\S]*and what sinks\?/i)
    await expect.poll(() => ada.locator('.msg.parley[data-state="done"]').count(), eventually).toBe(2)
    expect((await said(ada)).filter(text => text.includes('and what sinks?'))).not.toEqual([])

    const late = await sandbox.say(on, 'eng', 'grace', 'ice floats too', thread)
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).toContain('ice floats too')
    const live = ada.locator('.msg', { hasText: 'ice floats too' })
    expect(await live.getByRole('link', { name: '↗' }).getAttribute('href')).toMatch(/^http/)
    await sandbox.edit(on, 'eng', 'grace', late, 'ice floats, cork too')
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).toContain('ice floats, cork too')
    await sandbox.remove(on, 'eng', 'grace', late)
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).not.toContain('cork too')
  }, 120_000)
})

describe('a web dialogue', () => {
  let id: string
  let grace: Page

  const written = async (page: Page) => (await said(page)).join('\n')

  it('is two people’s once one is invited: live for both, each by name, answered when Parley is mentioned', async () => {
    grace = await signUp(home, 'grace')
    await ada.goto(`${home.url}/chats/new`)
    await write(ada, 'I am Ada, and this is about herons')
    await ada.waitForURL(/\/chats\/(?!new)[\w-]{8,}/)
    id = new URL(ada.url()).pathname.split('/').at(-1) ?? ''
    await ada.locator('.msg.parley[data-state="done"]').waitFor()
    expect((await grace.goto(`${home.url}/chats/${id}`))?.status()).toBe(404)
    await ada.goto(`${home.url}/chats/${id}/people`)
    await ada.fill('#who', 'grace')
    await ada.getByRole('button', { name: 'Invite', exact: true }).click()
    await ada.getByRole('button', { name: 'Take out' }).waitFor()
    await ada.goto(`${home.url}/chats/${id}`)
    expect(await listed(grace)).toMatch(/herons[\s\S]*shared with you/)
    await grace.goto(`${home.url}/chats/${id}`)
    await write(grace, 'I like storks')
    await expect.poll(() => written(ada), eventually).toContain('I like storks')
    expect(await ada.locator('.msg', { hasText: 'I like storks' }).locator('.who b').innerText()).toBe(
      'grace',
    )
    await write(ada, 'I do not')
    await expect.poll(() => written(grace), eventually).toContain('I do not')
    await write(grace, '@Parley and you?')
    await expect.poll(() => ada.locator('.msg.parley[data-state="done"]').count(), eventually).toBe(2)
    await expect.poll(() => grace.locator('.msg.parley[data-state="done"]').count(), eventually).toBe(2)
    expect(await ada.locator('.msg').count()).toBe(await grace.locator('.msg').count())
    expect(await ada.locator('.msg').count()).toBe(6)
  }, 90_000)

  it('is over for who is taken out, on the page that is open too', async () => {
    const page = await ada.context().newPage()
    await page.goto(`${home.url}/chats/${id}/people`)
    await page.getByRole('button', { name: 'Take out' }).click()
    await page.getByText('Nobody else so far.').waitFor()
    await page.close()
    await write(ada, 'Now we are alone')
    await expect.poll(() => written(ada), eventually).toContain('Now we are alone')
    await grace.getByText('You can no longer read this dialogue').waitFor()
    expect(await written(grace)).toBe('')
    expect((await grace.reload())?.status()).toBe(404)
    expect(await listed(grace)).not.toContain('herons')
  }, 60_000)

  it('is published with masks, exported, and taken back', async () => {
    await ada.goto(`${home.url}/chats/${id}/share`)
    await ada.getByRole('button', { name: 'Publish' }).click()
    await ada.getByText('The dialogue is published.').waitFor()
    const stranger = (await home.visit()).page
    await stranger.goto(`${home.url}/public/${id}`)
    const shown = await stranger.locator('main').innerText()
    expect(shown).toMatch(/this is about herons[\s\S]*I like storks/)
    expect(shown).not.toMatch(/\b(?:ada|grace)\b/i)
    for (const kind of ['json', 'md']) {
      const text = await ada.evaluate(
        address => fetch(address).then(answer => answer.text()),
        `/chats/${id}/export.${kind}`,
      )
      expect(text).toContain('I like storks')
    }
    await ada.getByRole('button', { name: 'Take it back' }).click()
    await ada.waitForURL('**/chats*')
    expect((await stranger.reload())?.status()).toBe(404)
    await stranger.context().close()
  }, 60_000)
})

describe('the end of the day', () => {
  it('everything of hers is erased, with a receipt', async () => {
    await ada.goto(`${home.url}/forget`)
    await ada.getByLabel('Username').fill('ada')
    await ada.getByLabel('Present password').fill(password)
    await ada.getByRole('button', { name: 'Erase everything of mine' }).click()
    await ada.waitForURL('**/forget/receipt/*')
    await expect
      .poll(async () => {
        await ada.reload()
        return ada.getByRole('heading', { level: 1 }).innerText()
      }, eventually)
      .toBe('Erased')
    await ada.goto(`${home.url}/chats`)
    expect(new URL(ada.url()).pathname).toBe('/login')
    expect(home.complaints).toEqual([])
  }, 60_000)
})
