import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { collectEvents } from '../../core/testing/scripted-model.ts'
import { request, useModelService } from './testing/model-service.ts'
import { breaking, failing, saying, told } from './testing/listeners.ts'
import { useProviders } from './testing/providers.ts'

const service = useModelService()
const { stage, openRouter, keep, ask } = useProviders()

describe('who is asked', () => {
  it('is the environment’s alone where nothing is kept, and nothing is told of it', async () => {
    const router = openRouter(await service.serve(saying('Hello.')))
    const events = await ask(router)
    expect(events.map(({ type }) => type)).toEqual(['text', 'finished'])
    expect(told(events)).toEqual(['unsaid'])
  })

  it('comes by model first and by order then', async () => {
    const router = openRouter(await service.serve(saying('first')))
    keep('anything', await service.serve(saying('anything')))
    keep('named', await service.serve(saying('named')), { models: ['llama'] })
    keep('later', await service.serve(saying('later')), { models: ['llama'] })
    const order = async (model?: string) =>
      (await router.upstreams(model)).map(({ provider }) => provider.name)
    expect(await order('llama')).toEqual(['named', 'later', 'first', 'anything'])
    expect(await order('parley-practice')).toEqual(['first', 'anything'])
    expect(told(await ask(router, 'llama'))).toEqual(['named'])
    expect(await order()).toEqual(['first', 'anything', 'named', 'later'])
  })

  it('is practice only where nobody real takes the model', async () => {
    const router = openRouter(await service.serve(saying('practice')), { practice: true })
    keep('anything', await service.serve(saying('anything')))
    expect(told(await ask(router, 'gpt'))).toEqual(['anything'])
    expect(told(await ask(router))).toEqual(['first'])
  })
})

describe('the next one is asked', () => {
  it.each<[string, RequestListener, string]>([
    ['has too much to do', failing(503), 'model_overloaded'],
    [
      'is asked too often',
      failing(429, { message: 'slow down', code: 'rate_limit_exceeded' }),
      'model_rate_limited',
    ],
    ['breaks off at once', (_, reply) => void reply.destroy(), 'model_unreachable'],
    ['says nothing that can be read', (_, reply) => void reply.end('data: {'), 'model_malformed'],
    ['does not take the key', failing(401), 'model_auth'],
    ['does not have the model', failing(404), 'model_not_found'],
  ])('when one %s', async (_, listener, code) => {
    const router = openRouter(await service.serve(listener))
    keep('second', await service.serve(listener))
    keep('third', await service.serve(saying('Here.')))
    const events = await ask(router)
    expect(told(events)).toEqual([`first: ${code}`, `second: ${code}`, 'third'])
    expect(events.map(event => (event.type === 'text' ? event.text : event.type))).toEqual([
      'Here.',
      'finished',
    ])
  })

  it('when nobody listens at all', async () => {
    const router = openRouter('http://127.0.0.1:9/v1')
    keep('second', await service.serve(saying('Here.')))
    expect(told(await ask(router))).toEqual(['first: model_unreachable', 'second'])
  })

  it('never once text came', async () => {
    const router = openRouter(await service.serve(breaking))
    keep('second', await service.serve(saying('Here.')))
    const events = await ask(router)
    expect(events.map(event => (event.type === 'text' ? event.text : event.type))).toEqual([
      'Half of',
      'failed',
    ])
    expect(told(events)).toEqual(['first: model_unreachable'])
  })

  it.each<[string, RequestListener, string]>([
    ['too long', failing(400, { message: 'x', code: 'context_length_exceeded' }), 'context_overflow'],
    ['refused for what it says', failing(400, { message: 'x', code: 'content_filter' }), 'content_filtered'],
    ['wrong in itself', failing(400, { message: 'messages must not be empty' }), 'model_refused'],
  ])('not for a request that is %s', async (_, listener, code) => {
    const router = openRouter(await service.serve(listener))
    keep('second', await service.serve(saying('Here.')))
    expect(told(await ask(router))).toEqual([`first: ${code}`])
  })

  it('not when the asker stopped it', async () => {
    const router = openRouter(await service.serve(() => undefined))
    keep('second', await service.serve(saying('Here.')))
    const stop = new AbortController()
    const events = collectEvents(router.stream(request, stop.signal))
    stop.abort()
    expect(told(await events)).toEqual(['first: aborted'])
  })

  it('and when all fail, it is worth trying again later if it was for the first', async () => {
    const router = openRouter(await service.serve(failing(503)))
    keep('second', await service.serve(failing(401)))
    expect(told(await ask(router))).toEqual(['first: model_overloaded', 'second: model_overloaded'])
  })
})

describe('who keeps failing', () => {
  it('is asked after the others for a while, and first again once it does well', async () => {
    let down = true
    let asked = 0
    const first: RequestListener = (...exchange) => {
      asked += 1
      return (down ? failing(503) : saying('Back.'))(...exchange)
    }
    const router = openRouter(await service.serve(first))
    keep('second', await service.serve(saying('Here.')))
    for (let turn = 0; turn < 5; turn += 1) await ask(router)
    expect(asked).toBe(3)
    expect(await router.health()).toEqual([
      {
        providerId: 'environment',
        state: 'failing',
        failedAtMs: 0,
        error: 'model_overloaded',
        restsUntilMs: 15_000,
      },
      { providerId: 'second', state: 'good' },
    ])
    stage.nowMs = 15_001
    down = false
    expect(told(await ask(router))).toEqual(['first'])
    expect(await router.health()).toMatchObject([{ state: 'good' }, { state: 'good' }])
  })

  it('rests as long as it asked for', async () => {
    const router = openRouter(await service.serve(failing(429, {}, { 'retry-after': '60' })))
    keep('second', await service.serve(saying('Here.')))
    await ask(router)
    stage.nowMs = 59_000
    expect(told(await ask(router))).toEqual(['second'])
    stage.nowMs = 60_001
    expect(told(await ask(router))).toEqual(['first: model_rate_limited', 'second'])
  })

  it('is asked all the same when there is nobody else', async () => {
    const router = openRouter(await service.serve(failing(503)))
    for (let turn = 0; turn < 4; turn += 1)
      expect(told(await ask(router))).toEqual(['unsaid: model_overloaded'])
  })
})

describe('a change', () => {
  it('holds within two seconds, without a new start', async () => {
    const router = openRouter(await service.serve(failing(503)))
    expect(told(await ask(router))).toEqual(['unsaid: model_overloaded'])
    const second = keep('second', await service.serve(saying('Here.')))
    stage.nowMs = 2_000
    expect(told(await ask(router))).toEqual(['first: model_overloaded', 'second'])
    stage.kept = [{ ...second, enabled: false }]
    stage.nowMs = 4_000
    expect(told(await ask(router))).toEqual(['unsaid: model_overloaded'])
  })

  it('is not needed: what was read last goes on when the database does not answer', async () => {
    const router = openRouter(await service.serve(failing(503)))
    keep('second', await service.serve(saying('Here.')))
    await ask(router)
    stage.broken = true
    stage.nowMs = 10_000
    expect(told(await ask(router))).toEqual(['first: model_overloaded', 'second'])
  })
})
