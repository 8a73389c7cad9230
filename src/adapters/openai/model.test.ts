import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { ModelEvent } from '../../core/model.ts'
import { collectEvents } from '../../core/testing/scripted-model.ts'
import { key, kinds, request, useModelService } from './testing/model-service.ts'

const service = useModelService()

describe('what is asked', () => {
  test('is the whole request, streamed, with the usage at its end', async () => {
    service.practice.script({ text: 'Yes.' })
    await service.ask({}, { temperature: 0.2, topP: 0.9, stop: ['END'] })
    expect(service.bodies).toEqual([
      {
        model: 'parley-practice',
        messages: [{ role: 'user', content: 'Ada asks what changed.' }],
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 500,
        temperature: 0.2,
        top_p: 0.9,
        stop: ['END'],
      },
    ])
    expect(service.practice.requests[0]?.key).toBe(key)
  })

  test('carries no key where none is set', async () => {
    await service.ask({ apiKey: '' })
    expect(service.practice.requests.map(asked => asked.key)).toEqual([undefined])
  })
})

describe('retries', () => {
  test('bridge two failures before the first text, each pause longer than the one before', async () => {
    service.practice.faults.plan({
      method: 'POST /chat/completions',
      kind: 'server-error',
      status: 503,
      times: 2,
    })
    expect(kinds(await service.ask()).at(-1)).toBe('finished')
    expect(service.slept).toEqual([250, 500])
  })

  test('end after two', async () => {
    service.practice.faults.plan({
      method: 'POST /chat/completions',
      kind: 'server-error',
      status: 503,
      times: 9,
    })
    expect(kinds(await service.ask())).toEqual(['model_overloaded'])
    expect(service.practice.requests).toHaveLength(3)
  })

  test('bridge a connection that is cut before an answer', async () => {
    service.practice.faults.plan({ method: 'POST /chat/completions', kind: 'cut' })
    expect(kinds(await service.ask()).at(-1)).toBe('finished')
    expect(service.slept).toHaveLength(1)
  })

  test('wait as long as the service asks', async () => {
    service.practice.faults.plan({
      method: 'POST /chat/completions',
      kind: 'rate-limited',
      retryAfterMs: 7_000,
    })
    expect(kinds(await service.ask()).at(-1)).toBe('finished')
    expect(service.slept).toEqual([7_000])
  })

  test('do not wait for longer than 20 seconds, but tell how long', async () => {
    service.practice.faults.plan({
      method: 'POST /chat/completions',
      kind: 'rate-limited',
      retryAfterMs: 60_000,
    })
    expect(await service.ask()).toMatchObject([
      { type: 'failed', error: { code: 'model_rate_limited', retryAfterMs: 60_000 } },
    ])
    expect(service.slept).toEqual([])
  })

  test('are not made for a refused key', async () => {
    expect(kinds(await service.ask({ apiKey: 'bad-key' }))).toEqual(['model_auth'])
    expect(service.slept).toEqual([])
  })

  test('end at once when told to stop in a pause', async () => {
    service.practice.faults.plan({ method: 'POST /chat/completions', kind: 'server-error', times: 9 })
    const stop = new AbortController()
    const stopping = service.model({ clock: { nowMs: () => 0, sleep: async () => stop.abort() } })
    expect(kinds(await collectEvents(stopping.stream(request, stop.signal)))).toEqual(['aborted'])
    expect(service.practice.requests).toHaveLength(1)
  })
})

describe('stopping', () => {
  test('closes the request at the service', async () => {
    service.practice.script({ chunks: ['One ', 'two'], holdBeforeChunk: 1 })
    const stop = new AbortController()
    const events: ModelEvent[] = []
    for await (const event of service.model().stream(request, stop.signal)) {
      events.push(event)
      stop.abort()
    }
    await service.practice.whenIdle()
    expect(kinds(events)).toEqual(['text', 'aborted'])
    expect(service.practice.requests.map(({ end }) => end)).toEqual(['left'])
  })

  test('by leaving the loop closes it too', async () => {
    service.practice.script({ chunks: ['One ', 'two'], holdBeforeChunk: 1 })
    for await (const _ of service.model().stream(request, new AbortController().signal)) break
    await service.practice.whenIdle()
    expect(service.practice.requests.map(({ end }) => end)).toEqual(['left'])
  })
})

describe('the key', () => {
  const echo = { message: `Incorrect API key provided: ${key}.`, code: 'invalid_api_key' }

  test.each([
    ['an HTTP error that repeats it', { refuse: { status: 401, error: echo } }],
    [
      'an error in the stream that repeats it',
      { chunks: ['Hm'], break: { beforeChunk: 1, how: 'error', error: echo } },
    ],
  ] as const)('is in nothing that comes of %s', async (_, reply) => {
    service.practice.script(reply)
    const last = (await service.ask()).at(-1)
    expect(last).toMatchObject({ type: 'failed', error: { code: 'model_auth' } })
    const shown = inspect(last, { depth: 12, showHidden: true })
    expect(shown).toContain('Incorrect API key provided: …')
    expect(shown).not.toContain(key)
  })

  test('is in nothing that comes of a key that fits no header', async () => {
    const last = (await service.ask({ apiKey: `${key}\nsecond line` })).at(-1)
    expect(last).toMatchObject({ type: 'failed', error: { code: 'model_auth' } })
    expect(inspect(last, { depth: 12, showHidden: true })).not.toContain(key)
  })
})
