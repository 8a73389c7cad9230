import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { model, ourKey, provider } from './testing/relay-house.ts'
import { openRelayStage, question, type RelayStage } from './testing/relay-stage.ts'
import { chunk, completion, frame, says, streams, type StubService, usage } from './testing/stub-service.ts'

/** Failures before the first byte, quotas, and what is kept. */

let stage: RelayStage
beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.close())
afterEach(async () => {
  stage.use()
  await stage.store.quotaRules.replace(undefined, [])
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
    stage.service.behave(how)
    const response = await stage.ask({ stream: true })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ error })
    expect(await stage.held()).toEqual([])
  })

  it.each([401, 403])('of Parley’s own key (%i) says nothing of the key', async status => {
    stage.service.behave(
      says(status, { error: { message: `Incorrect API key provided: ${ourKey}, sk-parl***nted` } }),
    )
    const text = await (await stage.ask({})).text()
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_auth' } })
    expect(text).not.toMatch(/sk-/)
  })

  it('that repeats the key elsewhere loses it on the way', async () => {
    stage.service.behave(says(400, { error: { message: `Bad request by ${ourKey} (sk-pa***nted)` } }))
    expect(await (await stage.ask({})).json()).toMatchObject({ error: { message: 'Bad request by … (…)' } })
  })

  it('is followed by the next service, and only then', async () => {
    stage.use([
      provider(stage.service.baseUrl),
      provider(stage.second.baseUrl, { id: 'second', apiKey: 'sk-second' }),
    ])
    stage.service.behave(says(503, { error: { message: 'Overloaded' } }))
    stage.second.behave(says(200, completion('From the second.', usage(1, 2))))
    expect(await (await stage.ask({})).json()).toMatchObject(completion('From the second.'))
    expect(stage.second.heard.at(-1)?.headers.authorization).toBe('Bearer sk-second')
    expect(await stage.lastUsage()).toMatchObject({ provider: 'second' })
    stage.service.behave(says(400, { error: { message: 'Your mistake' } }))
    expect((await stage.ask({})).status).toBe(400)
  })
})

describe('quotas', () => {
  it('refuse in OpenAI’s shape, with when there is more, and no model is asked', async () => {
    stage.service.behave(says(200, completion('Hi.', usage(1, 1))))
    await stage.store.quotaRules.replace(undefined, [
      { scope: 'member', subject: '*', unit: 'requests', period: 'day', limit: 1, soft: false },
    ])
    const before = stage.service.heard.length
    const used = await stage.database.handle.selectFrom('usages').select('requests').execute()
    expect(used.length).toBeGreaterThan(0)
    const response = await stage.ask({})
    expect(response.status).toBe(429)
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.json()).toMatchObject({
      error: { type: 'insufficient_quota', code: 'quota_exceeded', resetsAt: expect.any(String) },
    })
    expect(stage.service.heard.length).toBe(before)
  })
})

describe('what is kept', () => {
  it('is the request and the answer word for word, when the workspace says so', async () => {
    await stage.store.settings.changeInstallation({ keepsRelayed: true })
    const frames = [frame(chunk('Hello ')), frame(chunk('there', 'stop')), frame('[DONE]')]
    stage.service.behave(
      streams(...frames.slice(0, 2), frame({ choices: [], usage: usage(4, 2) }), '', ...frames.slice(2)),
    )
    await expect
      .poll(async () => {
        await (await stage.ask({ stream: true, user: 'somebody' })).text()
        await stage.house.settled()
        return (await stage.store.relayedRequests.of(stage.house.memberId, { limit: 1 })).length
      })
      .toBe(1)
    const [kept] = await stage.store.relayedRequests.of(stage.house.memberId, { limit: 1 })
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

describe('a hundred streams at once', () => {
  it('lose no frame and mix none', async () => {
    stage.service.behave(async (reply, { body }) => {
      const name = /stream-\d+/.exec(body)?.[0] ?? ''
      reply.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let at = 0; at < 20; at += 1) {
        reply.write(frame(chunk(`${name} ${at}`)))
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      reply.end(frame({ choices: [], usage: usage(1, 20) }) + frame('[DONE]'))
    })
    const texts = await Promise.all(
      Array.from({ length: 100 }, async (_, at) =>
        (await stage.ask({ stream: true, name: `stream-${at}` })).text(),
      ),
    )
    const frames = (name: string) => Array.from({ length: 20 }, (_, at) => frame(chunk(`${name} ${at}`)))
    expect(texts).toEqual(texts.map((_, at) => frames(`stream-${at}`).join('') + frame('[DONE]')))
    expect(await stage.held()).toEqual([])
  })
})
