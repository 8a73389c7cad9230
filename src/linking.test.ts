import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLog } from './adapters/pino/log.ts'
import { readConfig } from './config.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold, type Room } from './testing/household.ts'

/** The real SDKs, the real database, the real pages; only Slack, Discord and the model are stand-ins. */

let house: Household
let parley: Parley
const lines: string[] = []
const eventually = { timeout: 20_000 }

beforeAll(async () => {
  house = await openHousehold()
  const log = createLog({ level: 'info', pretty: false, secrets: [], write: line => lines.push(line) })
  parley = await startParley(readConfig({ ...house.env, TRUSTED_PROXIES: '127.0.0.1,::1' }), { log })
  await vi.waitUntil(async () => (await fetch(`${parley.url}/readyz`)).status === 200, {
    timeout: 15_000,
    interval: 50,
  })
})
afterAll(async () => {
  await parley.stop()
  await house.close()
})

/** Somebody's browser: it keeps its cookies, and comes from Parley's own pages. */
function openBrowser() {
  const jar = new Map<string, string>()
  async function send(path: string, form?: Record<string, string>) {
    const response = await fetch(new URL(path, parley.url), {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: Array.from(jar, ([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { origin: parley.url } : {}),
      },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    }
  }
  const register = async (username: string) => {
    const password = 'a calm tide of 27 herons'
    const { status } = await send('/register', {
      email: `${username}@acme.example`,
      username,
      password,
      passwordAgain: password,
    })
    expect(status).toBe(303)
  }
  return { send, register }
}

const linkIn = (text: string) => /\/link\/[\w-]+/.exec(text)?.[0]

/** What Parley said to this person alone, or in their direct messages. */
const toldAlone = ({ player }: Room, personId: string) => {
  const { channels } = player.view()
  const direct = channels.find(channel => channel.personId === personId)?.id ?? ''
  const whispered = channels
    .filter(({ kind }) => kind === 'channel')
    .flatMap(({ id }) => player.messages(id).filter(({ onlyFor }) => onlyFor === personId))
  return [...whispered, ...player.messages(direct)].map(({ text }) => text)
}

describe.each(['slack', 'discord'] as const)('linking from %s', platform => {
  const room = (): Room => house[platform]
  const type = (personId: string, word: string) => {
    const [command, text] = platform === 'slack' ? ['parley', word] : [word, '']
    room().player.command({ channelId: room().support }, personId, command, text)
  }

  it('a link is shown to who asked and to nobody else, and ties the account to who follows it', async () => {
    const { ada, grace, player, support } = room()
    const browser = openBrowser()
    await browser.register(`ada-${platform}`)
    type(ada, 'link')
    await expect
      .poll(() => toldAlone(room(), ada).flatMap(text => linkIn(text) ?? []), eventually)
      .toHaveLength(1)
    const path = toldAlone(room(), ada).flatMap(text => linkIn(text) ?? [])[0] ?? ''
    expect(toldAlone(room(), grace).join()).not.toContain('/link/')
    expect(
      player
        .messages(support)
        .filter(({ onlyFor }) => onlyFor !== ada)
        .map(({ text }) => text)
        .join(),
    ).not.toContain(path)

    const shown = await browser.send(path)
    expect(shown.status).toBe(200)
    expect(shown.text).toMatch(platform === 'slack' ? /On Slack.*>Ada</ : /On Discord.*>Ada</)
    expect(shown.text).toContain(`(ada-${platform})`)
    const done = await browser.send(path, {})
    expect([done.status, done.location]).toEqual([303, '/profile?notice=identityLinked'])
    await expect.poll(() => toldAlone(room(), ada).join(), eventually).toContain(`is now linked to`)
    expect((await browser.send('/profile')).text).toContain('Unlink Ada')

    const other = openBrowser()
    await other.register(`grace-${platform}`)
    expect((await other.send(path, {})).status).toBe(410)
    type(ada, 'link')
    await expect.poll(() => toldAlone(room(), ada).join(), eventually).toContain('This account is linked to')

    type(ada, 'unlink')
    await expect.poll(() => toldAlone(room(), ada).join(), eventually).toContain('no longer linked')
    expect((await browser.send('/profile')).text).not.toContain('Unlink Ada')
  }, 60_000)

  it('a question that begins with the word stays a question', async () => {
    if (platform === 'discord') return
    house.sandbox.model.script({ text: 'Here it is.' })
    room().player.command({ channelId: room().support }, room().ada, 'parley', 'link to the handbook?')
    const anchor = () =>
      room()
        .player.messages(room().support)
        .find(({ text }) => text.includes('handbook'))
    await expect
      .poll(
        () =>
          room()
            .texts(anchor()?.id ?? '')
            .at(-1),
        eventually,
      )
      .toBe('Here it is.')
  })
})

describe('App Home', () => {
  const home = (personId: string) => JSON.stringify(house.sandbox.slack.home(personId) ?? {})

  it('tells who one is here, and links and unlinks', async () => {
    const { slack } = house.sandbox
    const { grace } = house.slack
    const browser = openBrowser()
    await browser.register('grace')
    slack.openHome(grace, 'messages')
    slack.openHome(grace, 'home')
    await expect.poll(() => home(grace), eventually).toContain('not linked')
    expect(home(grace)).not.toContain('/link/')
    slack.pressHome(grace, 'parley:link')
    await expect.poll(() => linkIn(home(grace)), eventually).toBeDefined()
    const path = linkIn(home(grace)) ?? ''
    expect((await browser.send(path, {})).location).toBe('/profile?notice=identityLinked')
    await expect.poll(() => home(grace), eventually).toContain('(grace)')
    expect(home(grace)).not.toContain('/link/')
    slack.pressHome(grace, 'parley:unlink')
    await expect.poll(() => home(grace), eventually).toContain('not linked')
    expect((await browser.send('/linked')).text).not.toContain('Unlink Grace')
  }, 60_000)
})

describe('guessing links', () => {
  const guess = async (client: string) =>
    (await fetch(`${parley.url}/link/guessed`, { headers: { 'X-Forwarded-For': client } })).status

  it('is slowed down by the address that the proxy tells, for each by itself', async () => {
    const statuses: number[] = []
    for (let tried = 0; tried < 21; tried++) statuses.push(await guess('192.0.2.1'))
    expect(statuses).toEqual([...Array<number>(20).fill(404), 429])
    expect(await guess('192.0.2.2')).toBe(404)
  })
})

describe('the log', () => {
  it('holds no link', () => {
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.join('')).not.toMatch(/\/link\/[\w-]{20}/)
  })
})
