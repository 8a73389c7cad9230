import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readConfig } from './config.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold, type Room } from './testing/household.ts'

/** The whole path, with the platforms and the model misbehaving as they really do. */

let house: Household
let parley: Parley

beforeAll(async () => {
  house = await openHousehold()
  parley = await startParley(readConfig(house.env), { log: silentLog })
  await vi.waitUntil(async () => (await fetch(`${parley.url}/readyz`)).status === 200, { timeout: 15_000 })
})
afterAll(async () => {
  await parley.stop()
  await house.close()
})

const eventually = { timeout: 30_000 }
const words = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ')
const slowly = { text: words, wordDelayMs: 10 }

describe.each(['slack', 'discord'] as const)('on %s', platform => {
  const room = (): Room => house[platform]
  const methods =
    platform === 'slack'
      ? { post: 'chat.startStream', update: 'chat.appendStream', last: 'chat.stopStream' }
      : {
          post: 'POST /channels/:id/messages',
          update: 'PATCH /channels/:id/messages/:id',
          last: 'PATCH /channels/:id/messages/:id',
        }
  const faults = () => house.sandbox[platform].faults

  it.each(['post', 'update', 'last'] as const)(
    'asked to wait at %s: the answer is whole and stands once',
    async call => {
      faults().plan({ method: methods[call], kind: 'rate-limited', retryAfterMs: 1_000 })
      house.sandbox.model.script(slowly)
      const root = room().say('@Parley tell me')
      await expect.poll(() => room().texts(root), eventually).toEqual([words])
    },
    60_000,
  )

  it.each(['post', 'update', 'last'] as const)(
    'an error after the work was done at %s: nothing twice',
    async call => {
      faults().plan({ method: methods[call], kind: 'server-error', status: 502, afterCommit: true })
      house.sandbox.model.script(slowly)
      const root = room().say('@Parley tell me')
      await expect.poll(() => room().texts(root), eventually).toEqual([words])
    },
    60_000,
  )

  it('a connection that drops in mid-answer is made again, and nothing said is missed', async () => {
    house.sandbox.model.script(slowly)
    const root = room().say('@Parley tell me')
    await expect.poll(() => room().texts(root).length, eventually).toBeGreaterThan(0)
    room().player.dropConnections()
    house.sandbox.model.script({ text: 'Still here.' })
    const next = room().say('@Parley are you still there?')
    await expect.poll(() => room().texts(root), eventually).toEqual([words])
    await expect.poll(() => room().texts(next), { timeout: 40_000 }).toEqual(['Still here.'])
  }, 90_000)

  it('a model that breaks off after its last word: the words stay, and the failure is told', async () => {
    house.sandbox.model.script({ chunks: ['All ', 'is ', 'said.'], break: { beforeChunk: 3, how: 'cut' } })
    const root = room().say('@Parley tell me')
    await expect.poll(() => room().texts(root).join(), eventually).toMatch(/^All is said\.[\s\S]+ask again/)
  }, 60_000)
})

describe('Slack over HTTP', () => {
  it('is answered as over its socket', async () => {
    expect(await house.sandbox.slack.setEventsUrl(`${parley.url}/slack/events`)).toBe(true)
    house.sandbox.model.script({ text: 'By post.' })
    const root = house.slack.say('@Parley does the post arrive?')
    await expect.poll(() => house.slack.texts(root), eventually).toEqual(['By post.'])
    await expect
      .poll(() => house.sandbox.slack.deliveries.at(-1), eventually)
      .toMatchObject({ via: 'http', outcome: 'acked' })
    await house.sandbox.slack.setEventsUrl(undefined)
  }, 60_000)

  it('a letter without Slack’s seal is refused', async () => {
    const response = await fetch(`${parley.url}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'url_verification', challenge: 'x' }),
    })
    expect(response.status).toBe(401)
  })
})
