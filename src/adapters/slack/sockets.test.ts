import { onTestFinished, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createServer } from 'node:http'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { createSlackAdapter } from './slack.ts'
import { createFastClock } from './testing/fast-clock.ts'
import {
  ada,
  eventually,
  openWorkshop,
  support,
  type Workshop,
  type WorkshopOptions,
} from './testing/workshop.ts'

const stored: Received = { decision: { outcome: 'answered', reason: 'mention' }, duplicate: false }

/** The adapter on sockets; what it received is kept. */
async function connect(
  receive: (inbound: Inbound) => Promise<Received> = () => Promise.resolve(stored),
  options: WorkshopOptions = {},
): Promise<Workshop & { readonly received: readonly Inbound[]; readonly texts: () => readonly string[] }> {
  const received: Inbound[] = []
  const workshop = await openWorkshop({
    speed: 5,
    ...options,
    adapter: {
      appToken: practiceTokens.app,
      receive: inbound => {
        received.push(inbound)
        return receive(inbound)
      },
    },
  })
  const texts = () => received.flatMap(inbound => (inbound.kind === 'message' ? [inbound.text] : []))
  return { ...workshop, received, texts }
}

const say = ({ slack }: Workshop, text: string) => slack.player.say({ channelId: support }, ada, text)
const outcomes = ({ slack }: Workshop) => slack.deliveries.map(delivery => delivery.outcome)

describe('Socket Mode', () => {
  it('keeps two sockets open', async () => {
    const workshop = await connect()
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
    expect(workshop.adapter.status()).toEqual({ connected: true, everConnected: true })
  })

  it('acknowledges a message only when it is stored', async () => {
    let store = (_received: Received): void => undefined
    const workshop = await connect(() => new Promise(resolve => void (store = resolve)))
    say(workshop, 'hello')
    await eventually(() => expect(workshop.texts()).toEqual(['hello']))
    expect(workshop.trail.map(entry => entry.step)).toEqual(['inbound.received'])
    expect(outcomes(workshop)).not.toContain('acked')
    store(stored)
    await eventually(() => expect(outcomes(workshop)).toEqual(['acked']))
    expect(workshop.trail.map(entry => entry.step)).toEqual(['inbound.received', 'inbound.acknowledged'])
  })

  it('stores what is said in one channel in its order, and does not let another channel wait', async () => {
    const waiting: ((received: Received) => void)[] = []
    const workshop = await connect(() => new Promise(resolve => void waiting.push(resolve)))
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
    for (const text of ['one', 'two', 'three']) say(workshop, text)
    workshop.slack.player.say({ channelId: 'C0ENG' }, ada, 'elsewhere')
    await eventually(() => expect(workshop.trail.map(entry => entry.step)).toHaveLength(4))
    expect(workshop.texts().toSorted()).toEqual(['elsewhere', 'one'])
    for (const count of [3, 4]) {
      for (const store of waiting.splice(0)) store(stored)
      await eventually(() => expect(workshop.texts()).toHaveLength(count))
    }
    expect(workshop.texts().filter(text => text !== 'elsewhere')).toEqual(['one', 'two', 'three'])
    for (const store of waiting.splice(0)) store(stored)
    await eventually(() => expect(outcomes(workshop)).toEqual(Array(4).fill('acked')))
  })

  it('goes on after something in a channel could not be stored', async () => {
    let first = true
    const workshop = await connect(() => {
      if (!first) return Promise.resolve(stored)
      first = false
      return Promise.reject(new Error('the database is down'))
    })
    say(workshop, 'one')
    await eventually(() => expect(workshop.texts()).toEqual(['one']))
    say(workshop, 'two')
    await eventually(() => expect(workshop.texts()).toContain('two'))
  })

  it('does not acknowledge what could not be stored, and gets it again', async () => {
    let tries = 0
    const workshop = await connect(
      () => {
        tries += 1
        return tries === 1 ? Promise.reject(new Error('the database is down')) : Promise.resolve(stored)
      },
      { slack: { ackTimeoutMs: 1_000, retryDelaysMs: [50, 300, 1_000] } },
    )
    say(workshop, 'hello')
    await eventually(() => expect(outcomes(workshop).at(-1)).toBe('acked'))
    expect(workshop.texts()).toEqual(['hello', 'hello'])
  })

  it('survives an envelope without an event, and acknowledges it', async () => {
    const workshop = await connect()
    workshop.slack.deliver({ type: 'events_api', payload: { type: 'app_rate_limited', team_id: 'T0ACME' } })
    await eventually(() => expect(outcomes(workshop)).toEqual(['acked']))
    expect(workshop.received).toMatchObject([{ kind: 'ignored', reason: 'unsupported' }])
    say(workshop, 'still there?')
    await eventually(() => expect(workshop.texts()).toEqual(['still there?']))
  })

  it('connects again when every connection drops, and misses nothing', async () => {
    const workshop = await connect(undefined, {
      slack: { ackTimeoutMs: 200, retryDelaysMs: [50, 300, 1_000] },
    })
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
    workshop.slack.player.dropConnections()
    say(workshop, 'anybody?')
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
    await eventually(() => expect(workshop.texts()).toContain('anybody?'))
  })

  it('replaces a socket that Slack recycles', async () => {
    const workshop = await connect()
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
    const opened = () => workshop.slack.calls.filter(call => call.method === 'apps.connections.open').length
    const before = opened()
    workshop.slack.warnConnections('refresh_requested')
    await eventually(() => expect(opened()).toBeGreaterThan(before))
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
  })

  it('takes commands and presses, and shows their replies to the person alone', async () => {
    const workshop = await connect(inbound =>
      Promise.resolve({
        ...stored,
        reply: inbound.kind === 'command' ? 'I **answer** in threads.' : 'Stopping.',
      }),
    )
    workshop.slack.player.command({ channelId: support }, ada, 'parley', 'help')
    const whispers = () =>
      workshop.slack.player
        .messages(support)
        .filter(message => message.onlyFor === ada)
        .map(message => message.text)
    await eventually(() => expect(whispers()).toEqual(['I *answer* in threads.']))
    expect(workshop.received).toMatchObject([{ kind: 'command', name: 'help' }])
  })

  it('when it stops, finishes what it took and closes its sockets', async () => {
    let store = (_received: Received): void => undefined
    const workshop = await connect(() => new Promise(resolve => void (store = resolve)))
    say(workshop, 'hello')
    await eventually(() => expect(workshop.texts()).toEqual(['hello']))
    const stopped = workshop.adapter.stop()
    store(stored)
    await stopped
    await eventually(() => expect(outcomes(workshop)).toEqual(['acked']))
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(0))
  })
})

describe('a Slack that does not work', () => {
  it('refusing the token is told in the status, and tried again', async () => {
    const workshop = await openWorkshop({ speed: 20 })
    workshop.slack.faults.plan({ method: 'auth.test', kind: 'refused', code: 'invalid_auth', times: 3 })
    const adapter = createSlackAdapter({
      botToken: practiceTokens.bot,
      apiUrl: workshop.server.apiUrl,
      clock: workshop.clock,
      log: silentLog,
      trail: () => undefined,
      receive: () => Promise.resolve(stored),
    })
    onTestFinished(() => adapter.stop())
    await adapter.start()
    await eventually(() =>
      expect(adapter.status()).toEqual({ connected: false, everConnected: false, error: 'invalid_auth' }),
    )
    await eventually(() => expect(adapter.status()).toEqual({ connected: true, everConnected: true }))
  })

  it('refusing sockets for a while is tried until it lets them', async () => {
    const workshop = await openWorkshop({ speed: 50 })
    workshop.slack.faults.plan({
      method: 'apps.connections.open',
      kind: 'refused',
      code: 'invalid_auth',
      times: 2,
    })
    workshop.slack.faults.plan({ method: 'apps.connections.open', kind: 'cut', times: 2 })
    workshop.slack.faults.plan({ method: 'apps.connections.open', kind: 'server-error', times: 2 })
    const adapter = await workshop.another({ appToken: practiceTokens.app })
    expect(adapter.status().connected).toBe(true)
    await eventually(() => expect(workshop.slack.player.view().connections).toBe(2))
  })

  it('that never says hello is left, and the next socket is tried', async () => {
    const silent = createServer((request, response) => {
      const port = (silent.address() as { port: number }).port
      const body = request.url?.endsWith('auth.test')
        ? { ok: true, team_id: 'T0ACME', user_id: 'U0PARLEY' }
        : { ok: true, url: `ws://127.0.0.1:${port}/link` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    let opened = 0
    const server = new WebSocketServer({ server: silent })
    server.on('connection', () => void opened++)
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const client of server.clients) client.terminate()
      silent.closeAllConnections()
      silent.close()
    })
    const adapter = createSlackAdapter({
      botToken: practiceTokens.bot,
      appToken: practiceTokens.app,
      apiUrl: `http://127.0.0.1:${(silent.address() as { port: number }).port}/api/`,
      clock: createFastClock(100),
      log: silentLog,
      trail: () => undefined,
      receive: () => Promise.resolve(stored),
      sockets: 1,
    })
    onTestFinished(() => adapter.stop())
    await adapter.start()
    await eventually(() => expect(opened).toBeGreaterThan(1))
    expect(adapter.status()).toMatchObject({ connected: false, error: 'Slack did not say hello.' })
  })
})
