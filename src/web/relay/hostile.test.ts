import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'node:http'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createStore } from '../../adapters/postgres/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import type { Store } from '../../core/store.ts'
import { model, openRelayHouse, ourKey, provider, type RelayHouse } from './testing/relay-house.ts'
import {
  chunk,
  completion,
  frame,
  openStubService,
  says,
  streams,
  type StubService,
  usage,
} from './testing/stub-service.ts'

/** The relay in front of services that misbehave. */

let house: RelayHouse
let service: StubService
let second: StubService
let store: Store
let database: Database
let closeDatabase: () => Promise<void>
let providers: readonly ReturnType<typeof provider>[] = []
beforeAll(async () => {
  const opened = await openTestEmbedded()
  database = opened.database
  closeDatabase = opened.close
  store = createStore(database)
  service = await openStubService()
  second = await openStubService()
  house = await openRelayHouse({ database, store }, { providers: () => Promise.resolve(providers) })
})
afterAll(async () => {
  await house.close()
  await service.close()
  await second.close()
  await closeDatabase()
})
afterEach(async () => {
  providers = [provider(service.baseUrl)]
  await store.quotaRules.replace(undefined, [])
  await store.settings.changeInstallation({ keepsRelayed: false })
})
providers = []
beforeAll(() => {
  providers = [provider(service.baseUrl)]
})

const question = [{ role: 'user', content: 'What is an engine?' }]

function ask(body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: question, ...body }),
  })
}

const lastUsage = async () => {
  await house.settled()
  return database.handle.selectFrom('usages').selectAll().orderBy('at', 'desc').executeTakeFirstOrThrow()
}

const held = async () => {
  await house.settled()
  return database.handle.selectFrom('reservations').select('id').where('state', '=', 'open').execute()
}

describe('a stream', () => {
  it('passes byte for byte: comments, odd spacing, line ends and fields of no standard', async () => {
    const frames = [
      ': keep-alive\n\n',
      'event: odd\r\ndata:{"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":null}],"x":1.0}\r\n\r\n',
      `data: ${JSON.stringify(chunk('two'))}\ndata:\n\n`,
      frame(chunk('', 'stop')),
      frame('[DONE]'),
    ]
    service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      // Byte by byte, so that frames and characters are cut everywhere.
      for (const byte of Buffer.from(frames.join(''))) {
        reply.write(Buffer.from([byte]))
        await new Promise(resolve => setImmediate(resolve))
      }
      reply.end()
    })
    const response = await ask({ stream: true })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await response.text()).toBe(frames.join(''))
  })

  it('loses the frame with the usage, which nobody asked for, and nothing beside it', async () => {
    const frames = [frame(chunk('Hello', null)), frame(chunk('', 'stop'))]
    const used = frame({ id: 'x', choices: [], usage: usage(11, 7) })
    service.behave(streams(frames.join('') + used + frame('[DONE]')))
    expect(await (await ask({ stream: true })).text()).toBe(frames.join('') + frame('[DONE]'))
    expect(await lastUsage()).toMatchObject({
      input_tokens: 11,
      output_tokens: 7,
      estimated: false,
      purpose: 'relay',
      provider: 'environment',
    })
  })

  it('is counted by Parley where the service never says', async () => {
    service.behave(streams(frame(chunk('Hello there, friend.')), frame(chunk('', 'stop')), frame('[DONE]')))
    await (await ask({ stream: true })).text()
    const { input_tokens, output_tokens, estimated } = await lastUsage()
    expect({ estimated, output_tokens }).toEqual({ estimated: true, output_tokens: 5 })
    expect(input_tokens).toBeGreaterThan(4)
  })

  it('is asked for again without the wish for usage where a service does not know that', async () => {
    service.behave((reply, { body }) =>
      body.includes('stream_options')
        ? says(400, { error: { message: 'Unknown field: stream_options' } })(reply, undefined as never)
        : streams(frame(chunk('Hi', 'stop')), frame('[DONE]'))(reply, undefined as never),
    )
    expect(await (await ask({ stream: true })).text()).toBe(frame(chunk('Hi', 'stop')) + frame('[DONE]'))
  })

  it.each([
    ['breaks its connection', (reply: import('node:http').ServerResponse) => void reply.destroy()],
    ['ends without an end', (reply: import('node:http').ServerResponse) => void reply.end()],
    ['ends in half a frame', (reply: import('node:http').ServerResponse) => void reply.end('data: {"cho')],
  ])('that %s ends with a frame that says so', async (_, end) => {
    service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('Half')))
      await new Promise(resolve => setTimeout(resolve, 20))
      end(reply)
    })
    const text = await (await ask({ stream: true })).text()
    const [first, last, ...rest] = text.split('\n\n').filter(one => one !== '')
    expect([first, rest]).toEqual([frame(chunk('Half')).trim(), []])
    expect(JSON.parse(last?.slice('data: '.length) ?? '')).toMatchObject({
      error: { type: 'upstream_error', code: 'upstream_broken' },
    })
    expect(await held()).toEqual([])
  })

  it('that breaks makes the official client throw', async () => {
    service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('Half')))
      await new Promise(resolve => setTimeout(resolve, 20))
      reply.destroy()
    })
    const openai = new OpenAI({ apiKey: house.key, baseURL: `${house.url}/v1`, maxRetries: 0 })
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Go.' }],
      stream: true,
    })
    const read = async () => {
      for await (const part of stream) expect(part.choices[0]?.delta.content).toBe('Half')
    }
    await expect(read()).rejects.toThrow(/broke off/)
  })

  it('of which a client takes nothing is not taken from the service either', async () => {
    const piece = frame(chunk('x'.repeat(64 * 1024)))
    let written = 0
    service.behave(async reply => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.setMaxListeners(0)
      for (let at = 0; at < 2_000; at += 1) {
        if (reply.destroyed) return
        if (!reply.write(piece)) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
        written += piece.length
      }
    })
    const { hostname, port } = new URL(house.url)
    const socket = connect(Number(port), hostname)
    const body = JSON.stringify({ model, messages: question, stream: true })
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${house.key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await once(socket, 'readable')
    let before = -1
    while (before !== written) {
      before = written
      await new Promise(resolve => setTimeout(resolve, 300))
    }
    expect(written).toBeLessThan(32 * 1024 * 1024)
    socket.destroy()
    await service.heard.at(-1)?.left
  })
})

describe('a client that leaves', () => {
  it.each([
    ['while the service thinks', false],
    ['in mid-stream', true],
  ])('%s closes the upstream, and what was used is counted', async (_, begun) => {
    service.behave(reply => {
      if (!begun) return
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.write(frame(chunk('One two three')))
    })
    const asked = service.heard.length + 1
    const { hostname, port } = new URL(house.url)
    const body = JSON.stringify({ model, messages: question, stream: true })
    const client = request({
      hostname,
      port,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { authorization: `Bearer ${house.key}` },
    })
    client.on('error', () => undefined)
    client.end(body)
    await service.asked(asked)
    if (begun) {
      const [response] = await once(client, 'response')
      await once(response, 'data')
    }
    const started = performance.now()
    client.destroy()
    await service.heard.at(-1)?.left
    expect(performance.now() - started).toBeLessThan(1_000)
    await expect.poll(held, { timeout: 5_000 }).toEqual([])
    expect(await lastUsage()).toMatchObject({ estimated: true, output_tokens: begun ? 3 : 0 })
  })
})

describe('a failure before the first byte', () => {
  it.each<[string, Parameters<StubService['behave']>[0], number, object]>([
    [
      'of too much',
      says(
        429,
        { error: { message: 'Slow down, you.', type: 'requests', code: 'rate_limit_exceeded' } },
        { 'retry-after': '7' },
      ),
      429,
      { message: 'Slow down, you.', type: 'requests', code: 'rate_limit_exceeded' },
    ],
    [
      'with a page of HTML',
      says(500, '<html><script>alert(1)</script></html>'),
      502,
      { message: 'The model service answered 500 and gave no reason.', code: 'upstream_error' },
    ],
    ['with a reason', says(503, { error: { message: 'Overloaded' } }), 503, { message: 'Overloaded' }],
    ['in another shape', says(422, { detail: 'No such field' }), 422, { message: 'No such field' }],
    [
      'with a redirect',
      says(302, '', { location: 'http://169.254.169.254/' }),
      502,
      { message: 'The model service answered 302 and gave no reason.' },
    ],
    ['with a page that is called fine', says(200, '<html></html>'), 502, { code: 'upstream_error' }],
    ['by hanging up', reply => void reply.destroy(), 502, { code: 'upstream_unreachable' }],
    [
      'in the middle of a whole answer',
      reply => {
        reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        reply.write('{"choices":')
        setTimeout(() => reply.destroy(), 20)
      },
      502,
      { code: 'upstream_unreachable' },
    ],
    [
      'before the first frame of a stream',
      reply => {
        reply.writeHead(200, { 'content-type': 'text/event-stream' })
        reply.write('data: {"half')
        setTimeout(() => reply.destroy(), 20)
      },
      502,
      { code: 'upstream_unreachable' },
    ],
  ])('%s is told in OpenAI’s shape, and holds nothing', async (_, how, status, error) => {
    service.behave(how)
    const response = await ask({ stream: true })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ error })
    expect(await held()).toEqual([])
  })

  it.each([401, 403])('of Parley’s own key (%i) says nothing of the key', async status => {
    service.behave(
      says(status, { error: { message: `Incorrect API key provided: ${ourKey}, sk-parl***nted` } }),
    )
    const text = await (await ask({})).text()
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_auth' } })
    expect(text).not.toMatch(/sk-/)
  })

  it('that repeats the key elsewhere loses it on the way', async () => {
    service.behave(says(400, { error: { message: `Bad request by ${ourKey} (sk-pa***nted)` } }))
    expect(await (await ask({})).json()).toMatchObject({ error: { message: 'Bad request by … (…)' } })
  })

  it('is followed by the next service, and only then', async () => {
    providers = [provider(service.baseUrl), provider(second.baseUrl, { id: 'second', apiKey: 'sk-second' })]
    service.behave(says(503, { error: { message: 'Overloaded' } }))
    second.behave(says(200, completion('From the second.', usage(1, 2))))
    expect(await (await ask({})).json()).toMatchObject(completion('From the second.'))
    expect(second.heard.at(-1)?.headers.authorization).toBe('Bearer sk-second')
    expect(await lastUsage()).toMatchObject({ provider: 'second' })
    service.behave(says(400, { error: { message: 'Your mistake' } }))
    expect((await ask({})).status).toBe(400)
  })
})

describe('quotas', () => {
  it('refuse in OpenAI’s shape, with when there is more, and no model is asked', async () => {
    service.behave(says(200, completion('Hi.', usage(1, 1))))
    await store.quotaRules.replace(undefined, [
      { scope: 'member', subject: '*', unit: 'requests', period: 'day', limit: 1, soft: false },
    ])
    const before = service.heard.length
    const used = await database.handle.selectFrom('usages').select('requests').execute()
    expect(used.length).toBeGreaterThan(0)
    const response = await ask({})
    expect(response.status).toBe(429)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.json()).toMatchObject({
      error: { type: 'insufficient_quota', code: 'quota_exceeded', resetsAt: expect.any(String) },
    })
    expect(service.heard.length).toBe(before)
  })
})

describe('what is kept', () => {
  it('is the request and the answer word for word, when the workspace says so', async () => {
    await store.settings.changeInstallation({ keepsRelayed: true })
    const frames = [frame(chunk('Hello ')), frame(chunk('there', 'stop')), frame('[DONE]')]
    service.behave(
      streams(...frames.slice(0, 2), frame({ choices: [], usage: usage(4, 2) }), '', ...frames.slice(2)),
    )
    await expect
      .poll(async () => {
        await (await ask({ stream: true, user: 'somebody' })).text()
        await house.settled()
        return (await store.relayedRequests.of(house.memberId, { limit: 1 })).length
      })
      .toBe(1)
    const [kept] = await store.relayedRequests.of(house.memberId, { limit: 1 })
    expect(Buffer.from(kept?.request ?? []).toString()).toBe(
      JSON.stringify({ model, messages: question, stream: true, user: 'somebody' }),
    )
    expect(Buffer.from(kept?.response ?? []).toString()).toBe(frames.join(''))
    expect(kept).toMatchObject({
      model,
      streamed: true,
      outcome: 'answered',
      status: 200,
      truncated: false,
      estimated: false,
      choices: [{ index: 0, text: 'Hello there', finishReason: 'stop' }],
      usage: { inputTokens: 4, cachedInputTokens: 0, outputTokens: 2 },
    })
  })
})
