import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channels, parley, people } from '../sandbox/cast.ts'
import { openHousehold, type Household } from '../testing/household.ts'
import { open, said, signUp } from './testing/day.ts'
import { type Home, openHome } from './testing/home.ts'

/** Who comes and goes on the platforms, and what the web then shows them. */

let house: Household
let home: Home
/** Discord's right to see a channel, VIEW_CHANNEL. */
const view = '1024'
const eventually = { timeout: 20_000 }

beforeAll(async () => {
  house = await openHousehold()
  home = await openHome({ ...house.env })
}, 60_000)
afterAll(async () => {
  await home.close()
  await house.close()
})

describe.each(['slack', 'discord'] as const)('in the private channel on %s', on => {
  const idOf = ({ slackId, discordId }: { readonly slackId: string; readonly discordId: string }) =>
    on === 'slack' ? slackId : discordId
  const finance = idOf(channels[3] ?? { slackId: '', discordId: '' })
  const idOfPerson = (name: string) =>
    idOf(people.find(one => one.name === name) ?? { slackId: '', discordId: '' })

  async function signUpAs(name: string) {
    const page = await signUp(home, `${name.toLowerCase()}-${on}`)
    const { player } = house[on]
    await expect.poll(() => player.view().commands.length, eventually).toBeGreaterThan(0)
    const [word, text] = on === 'slack' ? ['parley', 'link'] : ['link', '']
    player.command({ channelId: house[on].support }, idOfPerson(name), word, text)
    const link = () =>
      player
        .messages(house[on].support)
        .filter(({ onlyFor }) => onlyFor === idOfPerson(name))
        .flatMap(message => /\/link\/[\w-]+/.exec(message.text)?.[0] ?? [])
        .at(-1)
    await expect.poll(link, eventually).toBeDefined()
    await page.goto(`${home.url}${link() ?? ''}`)
    await page.getByRole('button', { name: 'Link them' }).click()
    await page.waitForURL('**/profile**')
    return page
  }

  /** From now on these are in the channel and nobody else, but for Ada, whose own server it is. */
  function admit(...names: readonly string[]) {
    const { slack, discord } = house.sandbox
    const { player } = house.slack
    if (on === 'slack') {
      for (const name of ['Grace', 'Linus']) {
        const isIn = player
          .view()
          .channels.find(({ id }) => id === finance)
          ?.readerIds?.includes(idOfPerson(name))
        if (names.includes(name) && !isIn) slack.join(finance, idOfPerson(name))
        if (!names.includes(name) && isIn) slack.leave(finance, idOfPerson(name))
      }
      return
    }
    const seen = { allow: view, deny: '0', kind: 'member' } as const
    discord.setOverwrites(finance, [
      { id: parley.discord.guildId, kind: 'role', allow: '0', deny: view },
      ...[parley.discord.userId, ...names.map(idOfPerson)].map(id => ({ id, ...seen })),
    ])
  }

  it('its dialogue is for who is in it, and for nobody who left, on an open page either', async () => {
    const { player } = house[on]
    const [grace, linus] = [await signUpAs('Grace'), await signUpAs('Linus')]
    player.say({ channelId: finance }, idOfPerson('Ada'), '@Parley the budget of saffron')
    await expect
      .poll(async () => {
        await grace.goto(`${home.url}/chats`)
        return grace.locator('#list').innerText()
      }, eventually)
      .toMatch(/saffron[\s\S]*#finance/)
    const id = await open(home, grace, 'saffron')
    await grace.locator('.msg.parley[data-state="done"]').waitFor()
    expect((await linus.goto(`${home.url}/chats/${id}`))?.status()).toBe(404)
    await linus.goto(`${home.url}/chats?q=saffron`)
    expect(await linus.locator('#list').innerText()).toContain('Nothing found')

    admit('Ada')
    await grace.getByText('You can no longer read this dialogue').waitFor({ timeout: 15_000 })
    expect((await said(grace)).join('')).toBe('')
    expect((await grace.reload())?.status()).toBe(404)
    await grace.goto(`${home.url}/chats?q=saffron`)
    expect(await grace.locator('#list').innerText()).toContain('Nothing found')

    admit('Ada', 'Linus')
    await expect
      .poll(async () => {
        await linus.goto(`${home.url}/chats?q=saffron`)
        return linus.locator('#list').innerText()
      }, eventually)
      .toContain('saffron')
  }, 120_000)
})
