import { describe, expect, test } from 'vitest'
import { collectEvents } from '../../core/testing/scripted-model.ts'
import { servePracticeModel } from '../../sandbox/model/serve.ts'
import { kinds, request, said, useModelService } from './testing/model-service.ts'

const service = useModelService()

describe('a stream that goes wrong after its first text', () => {
  test.each([
    ['is cut', { how: 'cut' }, 'model_unreachable'],
    ['ends without a finish_reason', { how: 'end' }, 'model_malformed'],
    ['ends with [DONE] alone', { how: 'end', done: true }, 'model_malformed'],
    ['holds a chunk that is no JSON', { how: 'malformed' }, 'model_malformed'],
    [
      'holds an overload',
      { how: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } },
      'model_overloaded',
    ],
    [
      'holds an upstream status as its code',
      { how: 'error', error: { message: 'Bad', code: 429 } },
      'model_rate_limited',
    ],
    [
      'holds a server error',
      { how: 'error', error: { message: 'Oops', type: 'server_error' } },
      'model_unreachable',
    ],
  ] as const)('%s: what was said stays, and it is asked once', async (_, how, code) => {
    service.practice.script({ chunks: ['It ', 'began'], break: { beforeChunk: 2, ...how } })
    const events = await service.ask()
    expect(kinds(events)).toEqual(['text', 'text', code])
    expect(said(events)).toBe('It began')
    expect(service.practice.requests).toHaveLength(1)
  })

  test('goes quiet: it is given up after the idle time', async () => {
    service.practice.script({ chunks: ['It ', 'began'], break: { beforeChunk: 2, how: 'stall' } })
    const events = await service.ask({ timeouts: { idleMs: 100 } })
    expect(kinds(events)).toEqual(['text', 'text', 'model_unreachable'])
    expect(said(events)).toBe('It began')
  })

  test('never ends: it is given up after the total time', async () => {
    service.practice.script({ chunks: ['It ', 'began'], break: { beforeChunk: 2, how: 'stall' } })
    expect(kinds(await service.ask({ timeouts: { totalMs: 150 } }))).toEqual([
      'text',
      'text',
      'model_unreachable',
    ])
  })

  test('is filtered: what came before stays', async () => {
    service.practice.script({ chunks: ['It ', 'began'], finishReason: 'content_filter' })
    const events = await service.ask()
    expect(kinds(events)).toEqual(['text', 'text', 'content_filtered'])
    expect(events.at(-1)).toMatchObject({
      response: { choices: [{ content: 'It began', finishReason: 'content_filter' }] },
    })
  })
})

describe('services differ', () => {
  test('one that does not begin to answer is given up, without asking it again', async () => {
    const baseUrl = await service.serve(() => undefined)
    expect(kinds(await service.ask({ baseUrl, timeouts: { firstByteMs: 100 } }))).toEqual([
      'model_unreachable',
    ])
    expect(service.slept).toEqual([])
  })

  test('one that is not there is unreachable', async () => {
    const gone = await servePracticeModel()
    await gone.close()
    expect(kinds(await service.ask({ baseUrl: gone.baseUrl }))).toEqual(['model_unreachable'])
    expect(service.slept).toHaveLength(2)
  })

  test('one whose name does not resolve is unreachable', async () => {
    expect(kinds(await service.ask({ baseUrl: 'http://model.invalid/v1' }))).toEqual(['model_unreachable'])
  })

  test('one that answers with a web page is malformed', async () => {
    const baseUrl = await service.serve((_, reply) =>
      reply.setHeader('content-type', 'text/html').end('<html>Hello</html>'),
    )
    expect(kinds(await service.ask({ baseUrl }))).toEqual(['model_malformed'])
  })

  test('keep-alive comments count as life', async () => {
    const baseUrl = await service.serve((_, reply) => {
      reply.setHeader('content-type', 'text/event-stream')
      let beats = 0
      const timer = setInterval(() => {
        beats += 1
        if (beats < 8) return void reply.write(': PROCESSING\n\n')
        clearInterval(timer)
        reply.end(
          'data: {"choices":[{"delta":{"content":"At last."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
        )
      }, 50)
    })
    const events = await service.ask({ baseUrl, timeouts: { idleMs: 200 } })
    expect(kinds(events)).toEqual(['text', 'finished'])
  })

  test('usage that is nonsense, choices that are missing and content in parts do no harm', async () => {
    const baseUrl = await service.serve((_, reply) => {
      reply.setHeader('content-type', 'text/event-stream')
      reply.write('data: {"usage":"none"}\n\ndata: {"choices":[]}\n\ndata: {"choices":null}\n\n')
      reply.write(
        'data: {"choices":[{"delta":{"content":[{"type":"thinking"},{"type":"text","text":"Parts."}]}}]}\n\n',
      )
      reply.write(
        'data: {"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":-3,"completion_tokens":"5"}}\n\n',
      )
      reply.end()
    })
    const events = await service.ask({ baseUrl })
    expect(events).toEqual([
      { type: 'text', text: 'Parts.' },
      {
        type: 'finished',
        response: { choices: [{ index: 0, role: 'assistant', content: 'Parts.', finishReason: 'stop' }] },
      },
    ])
  })

  test('a refusal is text', async () => {
    service.practice.script({ chunks: ['I cannot ', 'do that.'], asRefusal: true })
    expect(said(await service.ask())).toBe('I cannot do that.')
  })

  test('a connection lost after the finish_reason loses only the usage', async () => {
    const baseUrl = await service.serve((_, reply) => {
      reply.setHeader('content-type', 'text/event-stream')
      reply.write('data: {"choices":[{"delta":{"content":"Done."},"finish_reason":"stop"}]}\n\n', () => {
        setImmediate(() => reply.destroy())
      })
    })
    expect(kinds(await service.ask({ baseUrl }))).toEqual(['text', 'finished'])
  })
})

describe('parameters a model does not take', () => {
  test('max_tokens is spelled anew, and remembered for that model', async () => {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    service.practice.script({
      refuse: { status: 400, error: { message, param: 'max_tokens', code: 'unsupported_parameter' } },
    })
    const asking = service.model()
    const first = await collectEvents(asking.stream(request, new AbortController().signal))
    await collectEvents(asking.stream(request, new AbortController().signal))
    expect(kinds(first).at(-1)).toBe('finished')
    expect(service.bodies.map(body => [body['max_tokens'], body['max_completion_tokens']])).toEqual([
      [500, undefined],
      [undefined, 500],
      [undefined, 500],
    ])
    expect(service.slept).toEqual([])
  })

  test('stream_options and temperature are left out, one after the other', async () => {
    service.practice.script({
      refuse: { status: 422, error: { message: 'stream_options: Extra inputs are not permitted' } },
    })
    const message = "Unsupported value: 'temperature' does not support 0.2 with this model."
    service.practice.script({
      refuse: { status: 400, error: { message, param: 'temperature', code: 'unsupported_value' } },
    })
    service.practice.script({ text: 'Fine.' })
    expect(said(await service.ask({}, { temperature: 0.2 }))).toBe('Fine.')
    expect(service.bodies.map(body => ['stream_options' in body, 'temperature' in body])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ])
  })

  test('a value out of range is a refusal, and nothing is remembered of it', async () => {
    const message = 'max_tokens is too large: 500. This model supports at most 100 completion tokens.'
    service.practice.script({ refuse: { status: 400, error: { message, param: 'max_tokens' } } })
    expect(kinds(await service.ask())).toEqual(['model_refused'])
    expect(service.practice.requests).toHaveLength(1)
  })
})
