import OpenAI, { APIError } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStore } from '../../adapters/postgres/store.ts'
import type { Store } from '../../core/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import { servePracticeModel, type ServedPracticeModel } from '../../sandbox/model/serve.ts'
import { upstreamUser } from './prepare.ts'
import { model, openRelayHouse, ourKey, provider, type RelayHouse } from './testing/relay-house.ts'

/** OpenAI's own client against the relay in front of the practice model. */

let house: RelayHouse
let service: ServedPracticeModel
let openai: OpenAI
let store: Store
let closeDatabase: () => Promise<void>
beforeAll(async () => {
  const opened = await openTestEmbedded()
  closeDatabase = opened.close
  service = await servePracticeModel({ wordDelayMs: 0 })
  store = createStore(opened.database)
  house = await openRelayHouse(
    { ...opened, store },
    { providers: () => Promise.resolve([provider(service.baseUrl)]) },
  )
  openai = new OpenAI({ apiKey: house.key, baseURL: `${house.url}/v1`, maxRetries: 0 })
})
afterAll(async () => {
  await house.close()
  await service.close()
  await closeDatabase()
})

const question = [{ role: 'user' as const, content: 'What is an engine?' }]
async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
const lastAsked = () => service.model.requests.at(-1)

describe('the official client', () => {
  it('gets a whole completion', async () => {
    service.model.script({ text: 'It weaves.' })
    const completion = await openai.chat.completions.create({ model, messages: question })
    expect(completion.choices[0]?.message.content).toBe('It weaves.')
    expect(completion.usage?.total_tokens).toBeGreaterThan(0)
    expect(lastAsked()?.key).toBe(ourKey)
  })

  it('gets a stream, frame by frame, and no usage that it did not ask for', async () => {
    service.model.script({ text: 'It weaves algebraic patterns.' })
    const stream = await openai.chat.completions.create({ model, messages: question, stream: true })
    let text = ''
    const usages: unknown[] = []
    for await (const part of stream) {
      text += part.choices[0]?.delta.content ?? ''
      if (part.usage) usages.push(part.usage)
    }
    expect({ text, usages }).toEqual({ text: 'It weaves algebraic patterns.', usages: [] })
    expect(lastAsked()?.body).toMatchObject({ stream_options: { include_usage: true } })
  })

  it('gets the usage when it asks for it', async () => {
    const stream = await openai.chat.completions.create({
      model,
      messages: question,
      stream: true,
      stream_options: { include_usage: true },
    })
    const last = (await all(stream)).at(-1)
    expect(last?.usage?.prompt_tokens).toBeGreaterThan(0)
    expect(last?.choices).toEqual([])
  })

  it('closes the upstream when it is aborted', async () => {
    service.model.hold(2)
    const stream = await openai.chat.completions.create({ model, messages: question, stream: true })
    await service.model.whenHeld()
    const started = performance.now()
    stream.controller.abort()
    await service.model.whenIdle()
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(lastAsked()?.end).toBe('left')
    service.model.release()
  })

  it('may leave out the model, and gets the default one with its sampling', async () => {
    await fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.key}` },
      body: JSON.stringify({ messages: question, top_p: 0.1 }),
    }).then(response => response.json())
    expect(lastAsked()?.body).toEqual({
      model,
      temperature: 0.25,
      max_tokens: 8_192,
      messages: question,
      top_p: 0.1,
    })
  })

  it('sends tools and unknown fields through, and a stable opaque id for its user', async () => {
    const sent = {
      model,
      messages: question,
      tools: [{ type: 'function' as const, function: { name: 'weave', parameters: { type: 'object' } } }],
      seed: 7,
      brand_new: { deep: [1, null, 'é'] },
    }
    await openai.chat.completions.create({ ...sent, user: 'ada@example.com' })
    expect(lastAsked()?.body).toEqual({ ...sent, user: upstreamUser(house.memberId) })
    expect(upstreamUser(house.memberId)).toMatch(/^parley-[\da-f]{32}$/)
  })

  it('lists the models', async () => {
    const models = await all(openai.models.list())
    expect(models.map(({ id }) => id)).toEqual([model])
    expect(await openai.models.retrieve(model)).toMatchObject({ id: model, object: 'model' })
    await expect(openai.models.retrieve('other/one')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    })
  })

  it.each<[string, string, number, string]>([
    ['no model of that name', 'nothing', 404, 'model_not_found'],
    ['a model without a name', '', 400, 'invalid_request'],
  ])('is told of %s', async (_, asked, status, code) => {
    const thrown = await openai.chat.completions
      .create({ model: asked, messages: question })
      .catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(APIError)
    expect(thrown).toMatchObject({ status, code })
  })

  it.each([
    ['a key that is none', () => 'sk-nothing'],
    ['no key', () => ''],
  ])('is refused with %s', async (_, key) => {
    const response = await fetch(`${house.url}/v1/models`, {
      headers: key() === '' ? {} : { authorization: `Bearer ${key()}` },
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'invalid_api_key' },
    })
  })

  it('is refused with a key that may only read', async () => {
    const reading = await house.newKey(['read'])
    const asked = new OpenAI({ apiKey: reading, baseURL: `${house.url}/v1`, maxRetries: 0 })
    await expect(asked.chat.completions.create({ model, messages: question })).rejects.toMatchObject({
      status: 403,
      code: 'insufficient_scope',
    })
  })

  it('is refused where a policy denies its member the web', async () => {
    const key = await house.newKey()
    const web = { workspace: { platform: 'web', workspaceId: 'web' } } as const
    await store.policies.set(web, {
      access: [{ effect: 'deny', who: { kind: 'member', memberId: house.memberId } }],
    })
    const asked = new OpenAI({ apiKey: key, baseURL: `${house.url}/v1`, maxRetries: 0 })
    const asking = asked.chat.completions.create({ model, messages: question })
    await expect(asking).rejects.toMatchObject({ status: 403, code: 'not_allowed' })
    await store.policies.set(web, undefined)
  })
})
