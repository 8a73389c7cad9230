import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ServedPracticeModel, servePracticeModel } from '../../sandbox/model/serve.ts'
import { checkModel } from './check-model.ts'

let served: ServedPracticeModel
let server: Server | undefined
// What the first call reads is no part of a service's time to answer.
beforeAll(() => import('openai'))
beforeEach(async () => void (served = await servePracticeModel()))
afterEach(async () => {
  await served.close()
  server?.close()
  server?.closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

async function verdict(options: { baseUrl?: string; apiKey?: string; model?: string } = {}): Promise<string> {
  const found = await checkModel({
    baseUrl: served.baseUrl,
    apiKey: 'sk-ada',
    model: 'parley-practice',
    timeouts: { firstByteMs: 300 },
    ...options,
  })
  return found.ok ? 'fine' : `${found.error.code}: ${found.error.message}`
}

const hostOf = (baseUrl: string) => new URL(baseUrl).host

describe('the check at start', () => {
  test('is content with a service that knows the key and the model', async () => {
    expect(await verdict()).toBe('fine')
  })

  test('names OPENAI_API_KEY for a key that is refused', async () => {
    expect(await verdict({ apiKey: 'bad-key' })).toBe(
      `model_auth: OPENAI_API_KEY is not accepted by ${hostOf(served.baseUrl)}.`,
    )
  })

  test('names OPENAI_MODEL for a model the service does not have', async () => {
    expect(await verdict({ model: 'gpt-9' })).toBe(
      `model_not_found: OPENAI_MODEL names “gpt-9”, which ${hostOf(served.baseUrl)} does not have.`,
    )
  })

  test('names OPENAI_BASE_URL where nothing answers', async () => {
    const gone = await servePracticeModel()
    await gone.close()
    expect(await verdict({ baseUrl: gone.baseUrl })).toBe(
      `model_unreachable: OPENAI_BASE_URL cannot be reached: nothing answers at ${hostOf(gone.baseUrl)}.`,
    )
  })

  test('names OPENAI_BASE_URL where a web page answers', async () => {
    const baseUrl = await serve((_, reply) =>
      reply.setHeader('content-type', 'text/html').end('<html></html>'),
    )
    expect(await verdict({ baseUrl })).toBe(
      `model_unreachable: OPENAI_BASE_URL leads to ${hostOf(baseUrl)}, which does not answer like an OpenAI-compatible service.`,
    )
  })

  test('gives up on a service that does not answer in time', async () => {
    const baseUrl = await serve(() => undefined)
    expect(await verdict({ baseUrl })).toContain('OPENAI_BASE_URL')
  })

  test.each([
    ['lists no models', 404, {}],
    ['is busy', 503, { error: { message: 'Busy' } }],
    ['does not let this key list models', 403, { error: { message: 'Missing scopes: api.model.read' } }],
  ])('has no objection to a service that %s', async (_, status, body) => {
    const baseUrl = await serve((_asked, reply) => {
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    expect(await verdict({ baseUrl })).toBe('fine')
  })

  test.each([
    ['llama3', 'fine'],
    ['gpt-9', 'model_not_found'],
  ])('looks %s up in the list of a service that shows no single models: %s', async (model, expected) => {
    const baseUrl = await serve((asked, reply) => {
      const isList = asked.url === '/v1/models'
      reply.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' })
      reply.end(
        JSON.stringify(
          isList ? { object: 'list', data: [{ id: 'llama3:latest' }] } : { detail: 'Not Found' },
        ),
      )
    })
    expect((await verdict({ baseUrl, model })).split(':')[0]).toBe(expected)
  })
})
