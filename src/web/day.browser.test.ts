import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersOf, askForLink, confirmLink, isRelayed, link, open, said, sandboxOf, signUp, write } from './testing/day.ts'
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
    expect(await ada.locator('#notices').innerText()).toContain('The account is linked')
    const told = async () => {
      const { channel, channels } = await sandbox.look(on, 'support')
      const direct = channels.find(({ kind }) => kind === 'direct')
      const alone = direct ? (await sandbox.look(on, direct.name)).channel.messages : []
      return [...channel.messages, ...alone].map(({ html }) => html).join('\n')
    }
    await expect.poll(told, eventually).toContain('is now linked to')
    await ada.getByRole('button', { name: /^Unlink/ }).click()
    await ada.getByText('The account is no longer linked.').first().waitFor()
    await link(home, ada, on)
    const { page } = await home.visit()
    await page.goto(`${home.url}/sandbox?on=${on}&in=support&as=ada`)
    await page.fill('#channel-text', on === 'slack' ? '/parley unlink' : '/unlink')
    await page.press('#channel-text', 'Enter')
    await expect.poll(told, eventually).toContain('no longer linked')
    await page.context().close()
    await ada.goto(`${home.url}/profile`)
    expect(await ada.getByRole('button', { name: /^Unlink/ }).count()).toBe(0)
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
    await expect.poll(() => ada.locator('header.top').innerText(), eventually).toMatch(/visible to the \d people/)
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
    await expect.poll(async () => answersOf(await sandbox.inThread(on, 'eng', thread)).length, eventually).toBe(2)
    const relayed = (await sandbox.inThread(on, 'eng', thread)).filter(({ html }) => isRelayed(html))
    expect(relayed).toHaveLength(1)
    expect(relayed[0]?.html).toMatch(/Ada[\s\S]*from the web[\s\S]*and what sinks\?/i)
    await expect.poll(() => ada.locator('.msg.parley[data-state="done"]').count(), eventually).toBe(2)
    expect((await said(ada)).filter(text => text.includes('and what sinks?') )).not.toEqual([])

    const late = await sandbox.say(on, 'eng', 'grace', 'ice floats too', thread)
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).toContain('ice floats too')
    const where = on === 'slack' ? 'eng' : thread
    await sandbox.edit(on, where, 'grace', late, 'ice floats, cork too')
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).toContain('ice floats, cork too')
    await sandbox.remove(on, where, 'grace', late)
    await expect.poll(async () => (await said(ada)).join('\n'), eventually).not.toContain('cork too')
  }, 120_000)
})
