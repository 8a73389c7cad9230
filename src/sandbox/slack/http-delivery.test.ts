import { createServer, type IncomingMessage } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { boltOnHttp } from './testing/bolt-app.ts'
import { eventually, standIn } from './testing/stand-in.ts'

const support = { channelId: 'C0SUPPORT' }
const hasty = { ackTimeoutMs: 300, retryDelaysMs: [0, 10, 20] }

interface Received {
  readonly retry: string | undefined
  readonly reason: string | undefined
  readonly body: string
}

/** A URL that answers as it is told, and keeps what it was sent. */
async function endpoint(
  answer: (nth: number) => { status: number; headers?: Record<string, string> } | 'silence',
) {
  const received: Received[] = []
  const server = createServer((req, res) => {
    void bodyOf(req).then(body => {
      const header = (name: string) => req.headers[name] as string | undefined
      received.push({ retry: header('x-slack-retry-num'), reason: header('x-slack-retry-reason'), body })
      const said = answer(received.length)
      if (said !== 'silence') res.writeHead(said.status, said.headers).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}/`, received }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of req) body += String(chunk)
  return body
}

describe('delivery over HTTP', () => {
  it('bolt answers the challenge, believes the signature and hears the event', async () => {
    const server = await standIn({ limits: 'off' })
    const heard: string[] = []
    const url = await boltOnHttp(server, app => {
      app.event('app_mention', async ({ event, client }) => {
        heard.push(event.text)
        await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'Hello Ada.' })
      })
    })
    expect(await server.slack.setEventsUrl(url)).toBe(true)
    const { messageId } = server.slack.player.say(support, 'U0ADA', '@Parley hi')
    await eventually(() => {
      const texts = server.slack.player.messages('C0SUPPORT', messageId).map(({ text }) => text)
      expect(texts).toEqual(['<@U0PARLEY> hi', 'Hello Ada.'])
    })
    expect(heard).toEqual(['<@U0PARLEY> hi'])
  })

  it('an app with another signing secret refuses everything, the challenge first', async () => {
    const server = await standIn({
      tokens: { bot: 'xoxb-practice-parley', app: 'xapp-practice-parley', signingSecret: 'another' },
    })
    const url = await boltOnHttp(server, () => {})
    expect(await server.slack.setEventsUrl(url)).toBe(false)
    server.slack.player.say(support, 'U0ADA', 'nowhere to go')
    expect(server.slack.deliveries.map(({ type, via, outcome }) => [type, via, outcome])).toEqual([
      ['url_verification', 'http', 'http_error'],
      ['events_api', 'nowhere', 'waiting'],
    ])
  })

  it('a command and a button reach bolt as forms, and its answer is shown', async () => {
    const server = await standIn({ limits: 'off' })
    const url = await boltOnHttp(server, app => {
      app.command('/parley', async ({ command, ack }) => ack(`You said ${command.text}`))
    })
    await server.slack.setEventsUrl(url)
    server.slack.player.command(support, 'U0ADA', 'parley', 'help & more')
    await eventually(() =>
      expect(server.slack.player.messages('C0SUPPORT')).toMatchObject([
        { text: 'You said help & more', onlyFor: 'U0ADA' },
      ]),
    )
  })

  it('an error is retried with its number and reason until it is taken', async () => {
    const { url, received } = await endpoint(nth => ({ status: nth < 3 ? 500 : 200 }))
    const server = await standIn({ ...hasty, eventsUrl: url })
    server.slack.player.say(support, 'U0ADA', 'again and again')
    await eventually(() => expect(server.slack.deliveries.at(-1)?.outcome).toBe('acked'))
    expect(received.map(({ retry, reason }) => [retry, reason])).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ])
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  })

  it('silence is a timeout, and x-slack-no-retry is obeyed', async () => {
    const { url, received } = await endpoint(nth =>
      nth === 1 ? 'silence' : { status: 503, headers: { 'x-slack-no-retry': '1' } },
    )
    const server = await standIn({ ...hasty, eventsUrl: url })
    server.slack.player.say(support, 'U0ADA', 'twice at most')
    await eventually(() =>
      expect(server.slack.deliveries.map(({ outcome }) => outcome)).toEqual(['http_timeout', 'http_error']),
    )
    expect(received.map(({ reason }) => reason)).toEqual([undefined, 'http_timeout'])
  })
})
