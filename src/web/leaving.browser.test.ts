import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channels, people } from '../sandbox/cast.ts'
import { openHousehold, type Household } from '../testing/household.ts'
import { open, said, signUp } from './testing/day.ts'
import { type Home, openHome } from './testing/home.ts'

/** Who comes and goes on the platforms, and what the web then shows them. */

let house: Household
let home: Home
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
  const idOfPerson = (name: string) => idOf(people.find(one => one.name === name) ?? { slackId: '', discordId: '' })

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

  it('its dialogue is for who is in it, and for nobody who left, on an open page either', async () => {
    const { player } = house[on]
    const [ada, linus] = [await signUpAs('Ada'), await signUpAs('Linus')]
    player.say({ channelId: finance }, idOfPerson('Grace'), '@Parley the budget of saffron')
    await expect
      .poll(async () => {
        await ada.goto(`${home.url}/chats`)
        return ada.locator('#list').innerText()
      }, eventually)
      .toMatch(/saffron[\s\S]*#finance/)
    const id = await open(home, ada, 'saffron')
    await ada.locator('.msg.parley[data-state="done"]').waitFor()
    expect((await linus.goto(`${home.url}/chats/${id}`))?.status()).toBe(404)
    await linus.goto(`${home.url}/chats?q=saffron`)
    expect(await linus.locator('#list').innerText()).toContain('Nothing found')

    house.sandbox[on].membership.leave(finance, idOfPerson('Ada'))
    await ada.getByText('You can no longer read this dialogue').waitFor({ timeout: 40_000 })
    expect((await said(ada)).join('')).toBe('')
    expect((await ada.reload())?.status()).toBe(404)
    await ada.goto(`${home.url}/chats?q=saffron`)
    expect(await ada.locator('#list').innerText()).toContain('Nothing found')

    house.sandbox[on].membership.join(finance, idOfPerson('Linus'))
    await expect
      .poll(async () => {
        await linus.goto(`${home.url}/chats?q=saffron`)
        return linus.locator('#list').innerText()
      }, eventually)
      .toContain('saffron')
  }, 120_000)
})
