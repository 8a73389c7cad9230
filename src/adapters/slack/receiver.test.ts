import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../core/clock.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import type { TrailEntry } from '../../core/trail.ts'
import { createFastClock } from './testing/fast-clock.ts'
import { createIntake } from './intake.ts'
import { createReceiver } from './receiver.ts'

const secret = 'the-signing-secret'
const message = readFileSync(new URL('fixtures/message.json', import.meta.url), 'utf8')
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
const command = form(
  JSON.parse(readFileSync(new URL('fixtures/slash-command.json', import.meta.url), 'utf8')),
)
const press = form({ payload: readFileSync(new URL('fixtures/stop-pressed.json', import.meta.url), 'utf8') })

const json = 'application/json'
const urlencoded = 'application/x-www-form-urlencoded'

const stored: Received = {
  decision: { outcome: 'answered', reason: 'mention' },
  duplicate: false,
  turnId: 'turn-1',
}

function open(
  receive: (inbound: Inbound) => Promise<Received> = () => Promise.resolve(stored),
  clock: Clock = createFastClock(1),
) {
  const received: Inbound[] = []
  const trail: TrailEntry[] = []
  const whispers: string[] = []
  let accepting = true
  const intake = createIntake({
    installation: () => ({ teamId: 'T0ACME', botUserId: 'U0PARLEY', botId: 'B0PARLEY' }),
    receive: inbound => {
      received.push(inbound)
      return receive(inbound)
    },
    audienceChanged: () => Promise.resolve(),
    clock,
    trail: entry => void trail.push(entry),
    whisper: async (to, reply) => void whispers.push(`${to.userId}: ${reply}`),
  })
  const receiver = createReceiver({
    intake,
    signingSecret: secret,
    accepting: () => accepting,
    clock,
    log: silentLog,
  })
  return { receiver, received, trail, whispers, leave: () => void (accepting = false) }
}

interface Signing {
  readonly secret?: string
  readonly timestamp?: number | string
  readonly signature?: string
  readonly headers?: Record<string, string>
}

function post(body: string, type: string, signing: Signing = {}): Request {
  const timestamp = String(signing.timestamp ?? Math.floor(Date.now() / 1000))
  const hmac = createHmac('sha256', signing.secret ?? secret).update(`v0:${timestamp}:${body}`)
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signing.signature ?? `v0=${hmac.digest('hex')}`,
    ...signing.headers,
  }
  const kept = Object.entries(headers).filter(([, value]) => value !== '')
  return new Request('http://parley.test/slack/events', { method: 'POST', headers: kept, body })
}

const nowS = () => Math.floor(Date.now() / 1000)
const signatureFor = (body: string, timestamp: number, version = 'v0') =>
  `${version}=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`

describe('a delivery without a right signature', () => {
  const wrong: readonly (readonly [string, () => Request])[] = [
    ['signed with another secret', () => post(message, json, { secret: 'another' })],
    ['301 seconds old', () => post(message, json, { timestamp: nowS() - 302 })],
    ['302 seconds in the future', () => post(message, json, { timestamp: nowS() + 302 })],
    ['an hour in the future', () => post(message, json, { timestamp: nowS() + 3_600 })],
    ['without a signature', () => post(message, json, { headers: { 'x-slack-signature': '' } })],
    ['without a timestamp', () => post(message, json, { headers: { 'x-slack-request-timestamp': '' } })],
    ['with a timestamp that is no number', () => post(message, json, { timestamp: 'soon' })],
    ['with a timestamp in milliseconds', () => post(message, json, { timestamp: Date.now() })],
    [
      'with an altered body',
      () => post(`${message} `, json, { signature: signatureFor(message, nowS()), timestamp: nowS() }),
    ],
    [
      'with the signature of another moment',
      () => post(message, json, { signature: signatureFor(message, nowS() - 9) }),
    ],
    [
      'with an unknown version',
      () => post(message, json, { signature: signatureFor(message, nowS(), 'v1'), timestamp: nowS() }),
    ],
    ['with an empty signature', () => post(message, json, { signature: 'v0=' })],
    [
      'with half a signature',
      () => post(message, json, { signature: signatureFor(message, nowS()).slice(0, 40), timestamp: nowS() }),
    ],
    [
      'with a signature of another length',
      () => post(message, json, { signature: `${signatureFor(message, nowS())}00`, timestamp: nowS() }),
    ],
    ['that claims to be a command', () => post(command, urlencoded, { secret: 'another' })],
    ['that claims to be a press', () => post(press, urlencoded, { secret: 'another' })],
    [
      'that claims to verify the URL',
      () => post('{"type":"url_verification","challenge":"x"}', json, { secret: 'another' }),
    ],
    ['that cannot be read', () => post('{', json, { secret: 'another' })],
    [
      'that carries a command beside ssl_check',
      () => post(`${command}&ssl_check=1`, urlencoded, { secret: 'another' }),
    ],
  ]
  for (const [name, request] of wrong) {
    it(`${name} is refused and not taken`, async () => {
      const { receiver, received } = open()
      const response = await receiver.handle(request())
      expect(response.status).toBe(401)
      expect(received).toEqual([])
    })
  }
})

describe('a signed delivery', () => {
  it('is taken 299 seconds late or early', async () => {
    const { receiver, received } = open()
    expect((await receiver.handle(post(message, json, { timestamp: nowS() - 299 }))).status).toBe(200)
    expect((await receiver.handle(post(message, json, { timestamp: nowS() + 299 }))).status).toBe(200)
    expect(received).toHaveLength(2)
  })

  it('is acknowledged only when it is stored', async () => {
    let store = (_received: Received): void => undefined
    const { receiver, received, trail } = open(() => new Promise(resolve => void (store = resolve)))
    let answered = false
    const response = receiver.handle(post(message, json)).then(answer => {
      answered = true
      return answer
    })
    await expect.poll(() => received.length).toBe(1)
    expect(answered).toBe(false)
    store(stored)
    expect((await response).status).toBe(200)
    expect(trail.map(entry => [entry.step, entry.turnId, entry.detail])).toEqual([
      ['inbound.received', undefined, 'message'],
      ['inbound.acknowledged', 'turn-1', undefined],
    ])
  })

  it('gets a 500 when it cannot be stored, so that Slack delivers it again', async () => {
    const { receiver, trail } = open(() => Promise.reject(new Error('the database is down')))
    const response = await receiver.handle(post(message, json))
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('database')
    expect(trail.map(entry => entry.step)).toEqual(['inbound.received'])
  })

  it('gets a 503 in time when storing takes too long, and is stored all the same', async () => {
    let store = (_received: Received): void => undefined
    const clock = createSteppedClock(Date.now())
    const { receiver, received } = open(() => new Promise(resolve => void (store = resolve)), clock)
    const answered = receiver.handle(post(message, json))
    await expect.poll(() => received.length).toBe(1)
    // Slack waits for 3 s.
    await clock.advance(2_900)
    expect((await answered).status).toBe(503)
    store(stored)
    expect(received).toHaveLength(1)
  })

  it('is taken on a retry like the first time', async () => {
    const { receiver, received } = open()
    const headers = { 'x-slack-retry-num': '3', 'x-slack-retry-reason': 'http_timeout' }
    expect((await receiver.handle(post(message, json, { headers }))).status).toBe(200)
    expect(received).toHaveLength(1)
  })

  it('is read whatever stands after its content type', async () => {
    const { receiver, received } = open()
    expect((await receiver.handle(post(message, `${json}; charset=utf-8`))).status).toBe(200)
    expect((await receiver.handle(post(command, `${urlencoded}; charset=utf-8`))).status).toBe(200)
    expect(received.map(inbound => inbound.kind)).toEqual(['message', 'command'])
  })

  it('with an emoji in it keeps its signature', async () => {
    const { receiver, received } = open()
    await receiver.handle(post(message.replace('fail', '🙂 한국어'), json))
    expect(received[0]).toMatchObject({ kind: 'message', text: expect.stringContaining('🙂 한국어') })
  })

  it('of more than 1 MiB is refused unread, however it is announced', async () => {
    const { receiver, received } = open()
    const large = JSON.stringify({ event: 'x'.repeat(1_048_576) })
    expect((await receiver.handle(post(large, json))).status).toBe(413)
    const chunks = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 20; count++) controller.enqueue(new Uint8Array(65_536))
        controller.close()
      },
    })
    const announced = {
      method: 'POST',
      headers: { 'content-type': json },
      body: chunks,
      duplex: 'half' as const,
    }
    expect((await receiver.handle(new Request('http://parley.test/slack/events', announced))).status).toBe(
      413,
    )
    expect(received).toEqual([])
  })

  it('that is no delivery gets a 400', async () => {
    const { receiver, received } = open()
    for (const request of [
      post('{', json),
      post('hello', 'text/plain'),
      post('a=b', urlencoded),
      post('payload=x', urlencoded),
    ]) {
      expect((await receiver.handle(request)).status).toBe(400)
    }
    expect(received).toEqual([])
  })

  it('while leaving is left to Slack to deliver again', async () => {
    const { receiver, received, leave } = open()
    leave()
    expect((await receiver.handle(post(message, json))).status).toBe(503)
    expect(received).toEqual([])
  })
})

describe('Slack’s own looks at the address', () => {
  it('get their challenge back', async () => {
    const { receiver } = open()
    const response = await receiver.handle(post('{"type":"url_verification","challenge":"3eZbrw"}', json))
    expect(await response.json()).toEqual({ challenge: '3eZbrw' })
  })

  it('at the certificate get a 200', async () => {
    const { receiver, received } = open()
    const request = post('ssl_check=1&token=x', urlencoded, { headers: { 'x-slack-signature': '' } })
    expect((await receiver.handle(request)).status).toBe(200)
    expect(received).toEqual([])
  })
})

describe('a command', () => {
  const replying = (reply: string) => Promise.resolve({ ...stored, reply })

  it('shows its reply to the person alone, in Slack’s own formatting', async () => {
    const { receiver } = open(() => replying('**Nothing** to stop.'))
    const response = await receiver.handle(post(command, urlencoded))
    expect(await response.json()).toEqual({ response_type: 'ephemeral', text: '*Nothing* to stop.' })
  })

  it('without a reply shows nothing', async () => {
    const { receiver } = open()
    const response = await receiver.handle(post(command, urlencoded))
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  it('that cannot be stored says so, because Slack does not repeat it', async () => {
    const { receiver } = open(() => Promise.reject(new Error('the database is down')))
    const response = await receiver.handle(post(command, urlencoded))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      response_type: 'ephemeral',
      text: 'Something went wrong on my side. Please ask again.',
    })
  })

  it('that takes long to store is acknowledged, and its reply comes later', async () => {
    let store = (_received: Received): void => undefined
    const clock = createSteppedClock(Date.now())
    const { receiver, received, whispers } = open(() => new Promise(resolve => void (store = resolve)), clock)
    const answered = receiver.handle(post(command, urlencoded))
    await expect.poll(() => received.length).toBe(1)
    await clock.advance(2_900)
    const response = await answered
    expect([response.status, await response.text()]).toEqual([200, ''])
    store({ ...stored, reply: 'Stopping.' })
    await expect.poll(() => whispers).toEqual(['U0ADA: Stopping.'])
  })
})

describe('a pressed button', () => {
  it('is acknowledged, and its reply is whispered', async () => {
    const { receiver, received, whispers } = open(() => Promise.resolve({ ...stored, reply: 'Stopping.' }))
    expect((await receiver.handle(post(press, urlencoded))).status).toBe(200)
    expect(received).toMatchObject([{ kind: 'stop', turnId: 'turn-1' }])
    await expect.poll(() => whispers).toEqual(['U0GRACE: Stopping.'])
  })
})
