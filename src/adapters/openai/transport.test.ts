import { once } from 'node:events'
import { createServer, type IncomingMessage, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectEvents } from '../../core/testing/scripted-model.ts'
import { type ServedPracticeModel, servePracticeModel } from '../../sandbox/model/serve.ts'
import { createOpenAiModel } from './model.ts'

interface Proxy {
  readonly url: string
  /** What it was asked to fetch, or to connect to, and with whose name. */
  readonly seen: { readonly line: string; readonly from: string | undefined }[]
  close(): void
}

async function startProxy(password: string): Promise<Proxy> {
  const seen: Proxy['seen'] = []
  const wanted = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`
  const note = (asked: IncomingMessage) => {
    const from = asked.headers['proxy-authorization']
    seen.push({ line: `${asked.method} ${asked.url}`, from: from === wanted ? 'ada' : from })
    return from === wanted
  }
  const server = createServer((asked, reply) => {
    if (!note(asked)) return void reply.writeHead(407).end()
    const { 'proxy-authorization': _, ...headers } = asked.headers
    const onward = forward(asked.url ?? '', { method: asked.method, headers }, answer => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(reply)
    })
    reply.on('close', () => onward.destroy())
    asked.pipe(onward)
  })
  server.on('connect', (asked, socket) => {
    note(asked)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://ada:${password}@127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

describe('through a proxy', () => {
  let served: ServedPracticeModel
  let proxy: Proxy
  beforeEach(async () => {
    served = await servePracticeModel({ wordDelayMs: 0 })
    proxy = await startProxy('pass-Word-1')
  })
  afterEach(async () => {
    proxy.close()
    await served.close()
  })

  const ask = (baseUrl: string, proxyUrl: string, idleMs = 5_000) => {
    const model = createOpenAiModel({
      apiKey: 'sk-ada',
      baseUrl,
      proxyUrl,
      clock: { nowMs: () => 0, sleep: () => Promise.resolve() },
      random: () => 0,
      timeouts: { idleMs },
    })
    const request = {
      model: 'parley-practice',
      messages: [{ role: 'user' as const, content: 'Hello' }],
      maxTokens: 100,
    }
    return collectEvents(model.stream(request, new AbortController().signal))
  }

  test('a plain HTTP service is asked by its whole address', async () => {
    served.model.script({ text: 'By proxy.' })
    expect((await ask(served.baseUrl, proxy.url)).at(-1)).toMatchObject({
      type: 'finished',
      response: { choices: [{ content: 'By proxy.' }] },
    })
    expect(proxy.seen).toEqual([{ line: `POST ${served.baseUrl}/chat/completions`, from: 'ada' }])
  })

  test('the idle time holds there, too', async () => {
    served.model.script({ chunks: ['Half'], break: { beforeChunk: 1, how: 'stall' } })
    const events = await ask(served.baseUrl, proxy.url, 100)
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'model_unreachable' } })
    expect(proxy.seen).toHaveLength(1)
  })

  test('an HTTPS service is asked through a tunnel, and a refused tunnel is unreachable', async () => {
    const last = (await ask('https://model.example/v1', proxy.url)).at(-1)
    expect(last).toMatchObject({ type: 'failed', error: { code: 'model_unreachable' } })
    expect(proxy.seen[0]).toEqual({ line: 'CONNECT model.example:443', from: 'ada' })
    expect(served.model.requests).toEqual([])
  })

  test('a wrong password is unreachable, and the password is not repeated', async () => {
    const last = (await ask(served.baseUrl, proxy.url.replace('pass-Word-1', 'not-The-One'))).at(-1)
    expect(last).toMatchObject({ type: 'failed', error: { code: 'model_unreachable' } })
    expect(inspect(last, { depth: 12, showHidden: true })).not.toContain('not-The-One')
    expect(served.model.requests).toEqual([])
  })
})
