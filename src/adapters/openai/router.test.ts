import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { LogFields } from '../../core/log.ts'
import { keyContext, type KeptProvider } from '../../core/provider.ts'
import { collectEvents } from '../../core/testing/scripted-model.ts'
import { createLog } from '../pino/log.ts'
import { createEgress } from '../egress/egress.ts'
import { createCipher } from '../jose/cipher.ts'
import { createModelRouter } from './router.ts'
import { request, useModelService } from './testing/model-service.ts'
import { breaking, failing, saying, told } from './testing/listeners.ts'
import { createUpstreams } from './upstreams.ts'

const service = useModelService()
const cipher = createCipher(['the secret key of these tests, long enough'])
const planted = 'sk-planted-grace-9876543210'
const egress = createEgress({ allow: ['127.0.0.1'] })

let nowMs = 0
let lines: string[] = []
let kept: KeptProvider[] = []
let broken = false

afterEach(() => {
  nowMs = 0
  lines = []
  kept = []
  broken = false
})

/** A router over a first service and those that are kept, whose time stands still unless a test moves it. */
function openRouter(environmentUrl: string, { practice = false } = {}) {
  const clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() }
  const upstreams = createUpstreams({
    environment: {
      baseUrl: environmentUrl,
      apiKey: 'sk-environment',
      name: 'first',
      model: 'parley-practice',
      practice,
    },
    providers: {
      list: () => (broken ? Promise.reject(new Error('no database')) : Promise.resolve(kept)),
    },
    cipher,
    dispatcher: egress.dispatcher,
    clock,
    random: () => 0,
    log: createLog({ level: 'debug', pretty: false, secrets: [], write: line => void lines.push(line) }),
  })
  return createModelRouter(upstreams, { name: 'first', practice })
}

function keep(id: string, baseUrl: string, change: Partial<KeptProvider> = {}): KeptProvider {
  const provider: KeptProvider = {
    id,
    name: id,
    baseUrl,
    models: [],
    enabled: true,
    sendsApiKeyHeader: false,
    sealedKey: cipher.seal(planted, keyContext({ id })),
    ...change,
  }
  kept.push(provider)
  return provider
}

const ask = (router: ReturnType<typeof openRouter>, model = 'parley-practice') =>
  collectEvents(router.stream({ ...request, model }, new AbortController().signal))

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
    nowMs = 15_001
    down = false
    expect(told(await ask(router))).toEqual(['first'])
    expect(await router.health()).toMatchObject([{ state: 'good' }, { state: 'good' }])
  })

  it('rests as long as it asked for', async () => {
    const router = openRouter(await service.serve(failing(429, {}, { 'retry-after': '60' })))
    keep('second', await service.serve(saying('Here.')))
    await ask(router)
    nowMs = 59_000
    expect(told(await ask(router))).toEqual(['second'])
    nowMs = 60_001
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
    nowMs = 2_000
    expect(told(await ask(router))).toEqual(['first: model_overloaded', 'second'])
    kept = [{ ...second, enabled: false }]
    nowMs = 4_000
    expect(told(await ask(router))).toEqual(['unsaid: model_overloaded'])
  })

  it('is not needed: what was read last goes on when the database does not answer', async () => {
    const router = openRouter(await service.serve(failing(503)))
    keep('second', await service.serve(saying('Here.')))
    await ask(router)
    broken = true
    nowMs = 10_000
    expect(told(await ask(router))).toEqual(['first: model_overloaded', 'second'])
  })
})

describe('a key', () => {
  const heard: Record<string, unknown>[] = []
  const hear = (headers: Record<string, unknown>) => void heard.push(headers)

  it('goes to its own service alone, as `api-key` too only where that is asked for', async () => {
    heard.length = 0
    const router = openRouter(await service.serve(saying('x', hear)))
    keep('plain', await service.serve(saying('x', hear)), { models: ['a'] })
    keep('azure', await service.serve(saying('x', hear)), { models: ['b'], sendsApiKeyHeader: true })
    const { sealedKey: _, ...local } = keep('local', await service.serve(saying('x', hear)), {
      models: ['c'],
    })
    kept[2] = local
    for (const model of ['parley-practice', 'a', 'b', 'c']) await ask(router, model)
    expect(heard.map(headers => [headers['authorization'], headers['api-key']])).toEqual([
      ['Bearer sk-environment', undefined],
      [`Bearer ${planted}`, undefined],
      [`Bearer ${planted}`, planted],
      [undefined, undefined],
    ])
  })

  it('follows no redirect', async () => {
    heard.length = 0
    const elsewhere = await service.serve(saying('x', hear))
    const router = openRouter(await service.serve(saying('Here.')))
    keep(
      'moved',
      await service.serve((_, reply) => void reply.writeHead(307, { location: elsewhere }).end()),
      {
        models: ['a'],
        sendsApiKeyHeader: true,
      },
    )
    expect(told(await ask(router, 'a'))).toEqual(['moved: model_unreachable', 'first'])
    expect(heard).toEqual([])
  })

  it('is in no error, event or log line, whatever a service says back', async () => {
    const mirror: RequestListener = ({ headers }, reply) =>
      failing(401, {
        message: `Incorrect key: ${String(headers['api-key'])}`,
        code: headers['authorization'],
      })({ headers } as never, reply as never)
    const router = openRouter(await service.serve(failing(503)))
    keep('mirror', await service.serve(mirror), { sendsApiKeyHeader: true })
    keep('lost', await service.serve(mirror), {
      sealedKey: createCipher(['x'.repeat(40)]).seal(planted, 'y'),
    })
    const events = await ask(router)
    const errors = events.flatMap(event => (event.type === 'failed' ? [event.error, event.error.cause] : []))
    const log = createLog({
      level: 'debug',
      pretty: false,
      secrets: [],
      write: line => void lines.push(line),
    })
    for (const error of errors) log.error({ error } satisfies LogFields, String(error))
    const everything = [lines.join(''), JSON.stringify(events), JSON.stringify(kept)].join('')
    expect(lines.join('')).toContain('SECRET_KEY')
    expect(everything).not.toContain('planted')
  })

  it('is refused the way to an address inside, whatever the page was told', async () => {
    const strict = createEgress()
    const baseUrl = await service.serve(saying('x', hear))
    heard.length = 0
    const upstreams = createUpstreams({
      environment: { baseUrl: 'http://127.0.0.1:9/v1', name: 'first', model: 'm', practice: false },
      providers: { list: () => Promise.resolve([{ ...keep('inside', baseUrl), models: ['a'] }]) },
      cipher,
      dispatcher: strict.dispatcher,
      clock: { nowMs: () => 0, sleep: () => Promise.resolve() },
      random: () => 0,
      log: createLog({ level: 'silent', pretty: false, secrets: [] }),
    })
    const router = createModelRouter(upstreams, { name: 'first', practice: false })
    expect(told(await ask(router, 'a'))).toEqual(['inside: model_unreachable', 'first: model_unreachable'])
    expect(heard).toEqual([])
  })
})
