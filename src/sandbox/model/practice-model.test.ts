import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPracticeModel } from './practice-model.ts'
import { type ServedPracticeModel, servePracticeModel } from './serve.ts'

let served: ServedPracticeModel
beforeEach(async () => {
  served = await servePracticeModel({ wordDelayMs: 0, now: () => 1_767_607_200_000, contextTokens: 1_000 })
})
afterEach(() => served.close())

const question = { role: 'user', content: '<message from="Ada">\nwho am I?\n</message>' }

function ask(body: object = {}, key = 'sk-ada', signal?: AbortSignal): Promise<Response> {
  return fetch(`${served.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'parley-practice', messages: [question], ...body }),
    ...(signal ? { signal } : {}),
  })
}

async function eventsOf(response: Response): Promise<readonly string[]> {
  return (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map(event => event.replace(/^data: /, ''))
}

const chunk = (delta: object, finishReason: string | null = null) => ({
  id: 'chatcmpl-practice-1',
  object: 'chat.completion.chunk',
  created: 1_767_607_200,
  model: 'parley-practice',
  system_fingerprint: 'fp_practice',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
})

describe('the practice model’s wire', () => {
  test('streams a role, the text, the finish, the usage and [DONE], as OpenAI does', async () => {
    served.model.script({ chunks: ['You are ', 'Ada.'] })
    const response = await ask({ stream: true, stream_options: { include_usage: true } })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const events = await eventsOf(response)
    expect(events.at(-1)).toBe('[DONE]')
    expect(events.slice(0, -1).map(event => JSON.parse(event) as unknown)).toEqual([
      { ...chunk({ role: 'assistant', content: '' }), usage: null },
      { ...chunk({ content: 'You are ' }), usage: null },
      { ...chunk({ content: 'Ada.' }), usage: null },
      { ...chunk({}, 'stop'), usage: null },
      {
        ...chunk({}),
        choices: [],
        usage: {
          prompt_tokens: 15,
          completion_tokens: 3,
          total_tokens: 18,
          prompt_tokens_details: { cached_tokens: 0 },
        },
      },
    ])
    expect(served.model.requests).toMatchObject([{ key: 'sk-ada', messages: [question], end: 'answered' }])
  })

  test('leaves usage out of a stream that did not ask for it', async () => {
    served.model.script({ text: 'Ada.' })
    const events = await eventsOf(await ask({ stream: true }))
    expect(events.slice(0, -1).map(event => JSON.parse(event) as unknown)).toEqual([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Ada.' }),
      chunk({}, 'stop'),
    ])
  })

  test('answers whole when no stream is asked for', async () => {
    expect(await (await ask()).json()).toMatchObject({
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'You are **Ada**; the message I was given says so.' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 15, completion_tokens: 13, total_tokens: 28 },
    })
  })

  test('stops at the most tokens it may write, and says so', async () => {
    const reply = (await (await ask({ max_tokens: 3 })).json()) as {
      choices: { finish_reason: string; message: { content: string } }[]
    }
    expect(reply.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'You are' } })
  })

  test('lists and shows its model, and knows no other', async () => {
    const listed = await (await fetch(`${served.baseUrl}/models`)).json()
    expect(listed).toMatchObject({ object: 'list', data: [{ id: 'parley-practice', object: 'model' }] })
    expect((await fetch(`${served.baseUrl}/models/parley-practice`)).status).toBe(200)
    expect((await fetch(`${served.baseUrl}/models/gpt-9`)).status).toBe(404)
    const refused = await ask({ model: 'gpt-9' })
    expect(refused.status).toBe(404)
    expect(await refused.json()).toMatchObject({ error: { code: 'model_not_found' } })
  })

  test.each([
    ['a bad key', {}, 'bad-key', 401, 'invalid_api_key'],
    ['no messages', { messages: [] }, 'sk-ada', 400, null],
    [
      'too much text',
      { messages: [{ role: 'user', content: 'x'.repeat(5_000) }] },
      'sk-ada',
      400,
      'context_length_exceeded',
    ],
  ])('refuses %s in OpenAI’s shape', async (_, body, key, status, code) => {
    const refused = await ask(body, key)
    expect(refused.status).toBe(status)
    expect(await refused.json()).toMatchObject({ error: { type: 'invalid_request_error', code } })
  })

  test('needs no port: its app answers by itself', async () => {
    const { app } = createPracticeModel({ wordDelayMs: 0 })
    const body = JSON.stringify({ model: 'parley-practice', messages: [question], stream: true })
    expect(await (await app.request('/v1/chat/completions', { method: 'POST', body })).text()).toContain(
      '[DONE]',
    )
  })
})

describe('what goes wrong on request', () => {
  test('“fail” sends an error in the middle, and no [DONE]', async () => {
    const events = await eventsOf(await ask({ stream: true, messages: [{ role: 'user', content: 'fail' }] }))
    expect(JSON.parse(events.at(-1) ?? '')).toEqual({
      error: {
        message: 'The practice model failed, as you asked it to.',
        type: 'server_error',
        param: null,
        code: 'server_error',
      },
    })
    expect(events.length).toBeGreaterThan(5)
  })

  test('a cut comes after the chunks before it', async () => {
    served.model.script({ chunks: ['It ', 'began'], break: { beforeChunk: 2, how: 'cut' } })
    const response = await ask({ stream: true })
    let received = ''
    const reading = (async () => {
      for await (const bytes of response.body ?? []) received += Buffer.from(bytes).toString()
    })()
    await expect(reading).rejects.toThrow('terminated')
    expect(received).toContain('"content":"began"')
    expect(served.model.requests[0]?.end).toBe('broken')
  })

  test('a fault is used up by the call it hits', async () => {
    served.model.faults.plan({ method: 'POST /chat/completions', kind: 'rate-limited', retryAfterMs: 1_500 })
    const limited = await ask()
    expect([
      limited.status,
      limited.headers.get('retry-after'),
      limited.headers.get('retry-after-ms'),
    ]).toEqual([429, '2', '1500'])
    expect((await ask()).status).toBe(200)
    served.model.faults.plan({ method: 'POST /chat/completions', kind: 'cut' })
    await expect(ask()).rejects.toThrow('fetch failed')
  })
})

describe('a held stream', () => {
  test('waits where it is held, and goes on when released', async () => {
    served.model.script({ chunks: ['One ', 'two'] })
    served.model.hold(1)
    const response = await ask({ stream: true })
    await served.model.whenHeld()
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let received = ''
    while (!received.includes('One ')) received += (await reader?.read())?.value ?? ''
    expect(received).not.toContain('two')
    expect(served.model.requests[0]?.end).toBe('open')
    served.model.release()
    while (!received.includes('[DONE]')) received += (await reader?.read())?.value ?? ''
    expect(received).toContain('two')
  })

  test('knows when its client has left', async () => {
    served.model.script({ chunks: ['One ', 'two'], holdBeforeChunk: 1 })
    const leaving = new AbortController()
    await ask({ stream: true }, 'sk-ada', leaving.signal)
    await served.model.whenHeld()
    leaving.abort()
    await served.model.whenIdle()
    expect(served.model.requests[0]?.end).toBe('left')
  })
})
