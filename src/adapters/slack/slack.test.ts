import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { serveSlack } from '../../sandbox/slack/serve.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { createSlackApi } from './client.ts'
import { createSlackAdapter } from './slack.ts'
import { ada, eventually, grace, openWorkshop, support, type Workshop } from './testing/workshop.ts'

const stored: Received = { decision: { outcome: 'answered', reason: 'mention' }, duplicate: false }

/** The adapter behind a port of its own, to which the stand-in delivers. */
async function overHttp(
  receive: (inbound: Inbound) => Promise<Received> = () => Promise.resolve(stored),
): Promise<Workshop & { readonly received: readonly Inbound[]; readonly url: string }> {
  const received: Inbound[] = []
  const workshop = await openWorkshop({
    speed: 1,
    slack: { ackTimeoutMs: 300, retryDelaysMs: [20, 40, 80] },
    adapter: {
      signingSecret: practiceTokens.signingSecret,
      receive: inbound => {
        received.push(inbound)
        return receive(inbound)
      },
    },
  })
  const listen = getRequestListener(request => workshop.adapter.handle(request), {
    overrideGlobalObjects: false,
  })
  const server = createServer((request, response) => void listen(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`
  return { ...workshop, received, url }
}

describe('Slack over HTTP', () => {
  it('believes the address, and delivers a mention in both its forms as one happening', async () => {
    const workshop = await overHttp()
    expect(await workshop.slack.setEventsUrl(workshop.url)).toBe(true)
    workshop.slack.player.say({ channelId: support }, ada, '<@U0PARLEY> what changed?')
    await eventually(() => expect(workshop.received).toHaveLength(2))
    expect(workshop.received[0]).toEqual(workshop.received[1])
    expect(workshop.received[0]).toMatchObject({
      kind: 'message',
      mentionsParley: true,
      text: '@Parley what changed?',
    })
  })

  it('delivers again what could not be stored', async () => {
    let failures = 2
    const workshop = await overHttp(() =>
      failures-- > 0 ? Promise.reject(new Error('the database is down')) : Promise.resolve(stored),
    )
    await workshop.slack.setEventsUrl(workshop.url)
    workshop.slack.player.say({ channelId: support }, ada, 'hello')
    await eventually(() => expect(workshop.slack.deliveries.at(-1)?.outcome).toBe('acked'))
    expect(workshop.received.map(inbound => inbound.key)).toEqual(Array(3).fill(workshop.received[0]?.key))
  })

  it('makes no call to Slack before it acknowledges', async () => {
    const workshop = await overHttp()
    await workshop.slack.setEventsUrl(workshop.url)
    const before = workshop.slack.calls.length
    workshop.slack.player.say({ channelId: support }, ada, '<@U0PARLEY> what changed?')
    await eventually(() => expect(workshop.slack.deliveries.at(-1)?.outcome).toBe('acked'))
    expect(workshop.slack.calls).toHaveLength(before)
  })

  it('takes edits, deletions, commands, presses and Slack’s own Stop', async () => {
    const workshop = await overHttp(inbound =>
      Promise.resolve(
        inbound.kind === 'stop' && !inbound.native ? { ...stored, reply: 'Stopping.' } : stored,
      ),
    )
    await workshop.slack.setEventsUrl(workshop.url)
    const { player } = workshop.slack
    const { messageId } = player.say({ channelId: support }, ada, '<@U0PARLEY> what changed?')
    player.edit(support, messageId, ada, '<@U0PARLEY> what changed today?')
    await eventually(() => expect(workshop.received.map(inbound => inbound.kind)).toContain('edit'))
    const { target, thread, seen } = workshop.ask()
    workshop.slack.faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer', state: 'streaming' })
    await eventually(() => expect(seen()[0]?.buttons).toHaveLength(1))
    player.press(support, seen()[0]?.id ?? '', grace, 'parley:stop')
    await eventually(() =>
      expect(workshop.received).toContainEqual(
        expect.objectContaining({ kind: 'stop', turnId: 'turn-1', native: false }),
      ),
    )
    const whispered = () =>
      player.messages(support, thread.threadId).filter(message => message.onlyFor === grace)
    await eventually(() => expect(whispered().map(message => message.text)).toEqual(['Stopping.']))
    await rendering.settle({ text: 'The importer', state: 'stopped', notice: 'Stopped.' })
    player.command({ channelId: support }, ada, 'parley', 'ask why?')
    player.remove(support, messageId, ada)
    await eventually(() => expect(workshop.received.map(inbound => inbound.kind)).toContain('delete'))
    expect(workshop.received).toContainEqual(
      expect.objectContaining({ kind: 'command', name: 'ask', text: 'why?' }),
    )
  })

  it('answers nothing before Slack has said whose token it is, and lets Slack deliver again', async () => {
    const server = await serveSlack()
    onTestFinished(() => server.close())
    const adapter = createSlackAdapter({
      botToken: practiceTokens.bot,
      signingSecret: practiceTokens.signingSecret,
      apiUrl: server.apiUrl,
      clock: { nowMs: () => Date.now(), sleep: () => Promise.resolve() },
      log: silentLog,
      trail: () => undefined,
      receive: () => Promise.resolve(stored),
    })
    expect(adapter.status()).toEqual({ connected: false, everConnected: false })
    const unsigned = new Request('http://parley.test/slack/events', { method: 'POST', body: '{}' })
    expect((await adapter.handle(unsigned)).status).toBe(401)
    await expect(
      adapter.chat.readThread({} as never, '', 1, new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'platform_unavailable',
    })
  })
})

describe('two workspaces in one process', () => {
  it('never speak with each other’s token', async () => {
    const tokens: (string | undefined)[] = []
    const server = createServer((request, response) => {
      tokens.push(request.headers.authorization)
      response.setHeader('content-type', 'application/json').end('{"ok":true}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/`
    const names = ['xoxb-one', 'xoxb-two', 'xoxb-one', 'xoxb-two']
    const apis = new Map(names.map(token => [token, createSlackApi({ token, apiUrl, log: silentLog })]))
    for (const token of names) await apis.get(token)?.call('auth.test', web => web.auth.test())
    expect(tokens).toEqual(names.map(token => `Bearer ${token}`))
  })
})
