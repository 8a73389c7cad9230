import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { request } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ParleyError, wrappedError } from '../../core/errors.ts'
import { isPublicAddress } from './address.ts'
import type { Resolve } from './connector.ts'
import { createEgress, type Egress } from './egress.ts'
import { hostileUrls } from './testing/hostile-urls.ts'

/** Somebody inside: whoever reaches it has got past the guard. */
let inside: Server
let port: number
let reached: string[] = []
let answer: (url: string) => { status?: number; location?: string; body?: string | Buffer } = () => ({})

const heard: IncomingMessage['headers'][] = []

beforeAll(async () => {
  inside = createServer((asked, reply) => {
    reached.push(asked.url ?? '')
    heard.push(asked.headers)
    const { status = 200, location, body = 'from the inside' } = answer(asked.url ?? '')
    reply.writeHead(status, location === undefined ? {} : { location }).end(body)
  })
  inside.listen(0, '127.0.0.1')
  await once(inside, 'listening')
  port = (inside.address() as AddressInfo).port
})

afterAll(() => {
  inside.closeAllConnections()
  inside.close()
})

beforeEach(() => {
  reached = []
  heard.length = 0
  answer = () => ({})
})

const bounds = { timeoutMs: 5_000, maxBytes: 1_000 }

const resolvesTo =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 })))

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (thrown) {
    return wrappedError(thrown)?.code ?? `failed: ${String(thrown)}`
  }
  return 'let through'
}

describe('an address that somebody names', () => {
  // Names are looked up by a stub, so that no test depends on a resolver: what is not local is somewhere public.
  const resolve: Resolve = host =>
    resolvesTo(host.includes('localhost') ? '127.0.0.1' : '93.184.215.14')(host)
  const egress = createEgress({ resolve, connectMs: 200 })

  it('is known in at least forty hostile forms', () => {
    expect(hostileUrls(1).length).toBeGreaterThanOrEqual(40)
    expect(new Set(hostileUrls(1)).size).toBe(hostileUrls(1).length)
  })

  it.each(hostileUrls(0))('is refused as %j, before anybody there hears of it', async template => {
    const url = hostileUrls(port)[hostileUrls(0).indexOf(template)] ?? ''
    expect(['forbidden', 'invalid']).toContain(await refusal(() => egress.fetch(url, bounds)))
    expect(['forbidden', 'invalid']).toContain(await refusal(() => egress.check(url)))
    expect(reached).toEqual([])
  })

  it.each(hostileUrls(0).filter(url => URL.canParse(url.replace(':0', ':80')) && /^\s*https?:/.test(url)))(
    'is refused at the connection itself as %j, however it came there',
    async template => {
      const url = hostileUrls(port)[hostileUrls(0).indexOf(template)] ?? ''
      // Credentials and encoding are the parser's part: what is dialled is what counts here.
      const bare = new URL(url)
      bare.username = ''
      bare.password = ''
      if (bare.hostname === 'models.example') return
      expect(await refusal(() => request(bare, { dispatcher: egress.dispatcher }))).toBe('forbidden')
      expect(reached).toEqual([])
    },
  )

  it.each([
    'https://models.example/v1',
    'http://8.8.8.8/',
    'http://[2606:4700::1111]/',
    'https://모델.example/',
  ])('is taken as %s', url => {
    expect(egress.parse(url).href).toBe(new URL(url).href)
  })
})

describe('a name', () => {
  const use = async (egress: Egress, work: (egress: Egress) => Promise<void>) => {
    await work(egress)
    await egress.close()
  }

  it('that means something else once it was looked at gains nothing', async () => {
    let asked = 0
    const rebinding: Resolve = host => resolvesTo(asked++ === 0 ? '93.184.215.14' : '127.0.0.1')(host)
    await use(createEgress({ resolve: rebinding }), async egress => {
      const url = `http://rebinding.example:${port}/`
      await egress.check(url)
      expect(await refusal(() => egress.fetch(url, bounds))).toBe('forbidden')
      expect(await refusal(() => request(url, { dispatcher: egress.dispatcher }))).toBe('forbidden')
      expect(reached).toEqual([])
    })
  })

  it('is dialled at exactly the address that was checked, looked up once', async () => {
    const lookups: string[] = []
    const resolve: Resolve = host => {
      lookups.push(host)
      return resolvesTo('127.0.0.1')(host)
    }
    await use(createEgress({ resolve, allow: ['gpu.internal'] }), async egress => {
      const { status } = await egress.fetch(`http://gpu.internal:${port}/`, bounds)
      expect({ status, lookups }).toEqual({ status: 200, lookups: ['gpu.internal'] })
    })
  })

  it.each([
    [['93.184.215.14', '10.0.0.1']],
    [['2606:4700::1111', '::1']],
    [['::ffff:127.0.0.1']],
    [['fe80::1']],
    [['0.0.0.0']],
    [['169.254.169.254']],
  ])('of which any address is closed is closed: %j', async addresses => {
    await use(createEgress({ resolve: resolvesTo(...addresses) }), async egress => {
      expect(await refusal(() => egress.fetch(`http://mixed.example:${port}/`, bounds))).toBe('forbidden')
    })
  })

  it('without an address is unreachable and not forbidden', async () => {
    const nothing: Resolve = () => Promise.reject(new Error('ENOTFOUND'))
    await use(createEgress({ resolve: nothing }), async egress => {
      expect(await refusal(() => egress.fetch('http://nowhere.example/', bounds))).toBe(
        'platform_unavailable',
      )
    })
  })
})

describe('what is on the list', () => {
  const to = (allow: string[], resolve: Resolve = resolvesTo('127.0.0.1')) => createEgress({ allow, resolve })

  it.each([
    ['the address', () => '127.0.0.1', () => `http://127.0.0.1:${port}/`, 200],
    ['the address with its port', () => `127.0.0.1:${port}`, () => `http://127.0.0.1:${port}/`, 200],
    ['another port', () => `127.0.0.1:${port + 1}`, () => `http://127.0.0.1:${port}/`, 'forbidden'],
    ['a name of this network', () => `localhost:${port}`, () => `http://localhost:${port}/`, 200],
    ['the name in capitals', () => 'LocalHost', () => `http://localhost.:${port}/`, 200],
    ['another name', () => 'ollama', () => `http://localhost:${port}/`, 'forbidden'],
    ['a public name alone', () => 'models.example', () => `http://models.example:${port}/`, 'forbidden'],
    ['the address of a public name', () => '127.0.0.1', () => `http://models.example:${port}/`, 200],
    ['0.0.0.0', () => '0.0.0.0', () => `http://0.0.0.0:${port}/`, 'forbidden'],
    ['the address, spelled in octal', () => '127.0.0.1', () => `http://0177.0.0.1:${port}/`, 'invalid'],
  ])('opens no more than it says: %s', async (_, entry, url, expected) => {
    const egress = to([entry()])
    const outcome = await egress.fetch(url(), bounds).then(
      ({ status }) => status,
      (thrown: unknown) => wrappedError(thrown)?.code,
    )
    expect(outcome).toBe(expected)
    expect(reached.length).toBe(expected === 200 ? 1 : 0)
    await egress.close()
  })

  it('opens no metadata by any name', async () => {
    const egress = to(['metadata'], resolvesTo('169.254.169.254'))
    expect(await refusal(() => egress.fetch('http://metadata/', bounds))).toBe('forbidden')
  })

  it('is told by name and port', () => {
    const egress = to(['models.example', '[::1]:8080', 'ollama:11434'])
    const listed = ['https://models.example/v1', 'http://[::1]:8080/', 'http://ollama:11434/v1']
    const others = ['http://[::1]:81/', 'http://ollama/', 'https://evil.models.example/', 'https://example/']
    expect(listed.map(url => egress.isListed(new URL(url)))).toEqual([true, true, true])
    expect(others.map(url => egress.isListed(new URL(url)))).toEqual([false, false, false, false])
  })
})

describe('an answer', () => {
  const open = () => createEgress({ allow: [`127.0.0.1:${port}`] })

  it.each([
    ['http://169.254.169.254/latest/'],
    ['http://localhost:8080/'],
    ['http://2130706433/'],
    ['file:///etc/passwd'],
    ['http://user:secret@models.example/'],
  ])('that redirects to %s is refused', async location => {
    answer = () => ({ status: 302, location })
    const egress = open()
    const asked = () => egress.fetch(`http://127.0.0.1:${port}/first`, { ...bounds, redirects: 3 })
    expect(['forbidden', 'invalid']).toContain(await refusal(asked))
    expect(reached).toEqual(['/first'])
    await egress.close()
  })

  it('that redirects is followed as often as was said, and only when it was', async () => {
    answer = url => (url === '/end' ? {} : { status: 302, location: url === '/first' ? '/second' : '/end' })
    const egress = open()
    const first = `http://127.0.0.1:${port}/first`
    expect(await refusal(() => egress.fetch(first, bounds))).toBe('platform_unavailable')
    expect(await refusal(() => egress.fetch(first, { ...bounds, redirects: 1 }))).toBe('platform_unavailable')
    const { status, url } = await egress.fetch(first, { ...bounds, redirects: 2 })
    expect({ status, path: url.pathname }).toEqual({ status: 200, path: '/end' })
    await egress.close()
  })

  it('that leads elsewhere gets no key along', async () => {
    answer = url => (url === '/first' ? { status: 307, location: `http://localhost:${port}/other` } : {})
    const egress = createEgress({ allow: ['127.0.0.1', 'localhost'], resolve: resolvesTo('127.0.0.1') })
    await egress.fetch(`http://127.0.0.1:${port}/first`, {
      ...bounds,
      redirects: 1,
      headers: { authorization: 'Bearer planted', 'api-key': 'planted' },
    })
    expect(heard.map(({ authorization, 'api-key': key }) => [authorization, key])).toEqual([
      ['Bearer planted', 'planted'],
      [undefined, undefined],
    ])
    await egress.close()
  })

  it('that is too long, also once unpacked, or never comes, is given up', async () => {
    const egress = open()
    answer = () => ({ body: Buffer.alloc(1_001) })
    const url = `http://127.0.0.1:${port}/`
    expect(await refusal(() => egress.fetch(url, bounds))).toBe('platform_unavailable')
    answer = () => ({ body: Buffer.alloc(1_000) })
    expect((await egress.fetch(url, bounds)).body).toHaveLength(1_000)
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const there = (silent.address() as AddressInfo).port
    const patient = createEgress({ allow: [`127.0.0.1:${there}`] })
    const asked = () => patient.fetch(`http://127.0.0.1:${there}/`, { ...bounds, timeoutMs: 50 })
    expect(await refusal(asked)).toBe('platform_unavailable')
    silent.closeAllConnections()
    silent.close()
    await Promise.all([egress.close(), patient.close()])
  })
})

describe('a proxy that somebody names', () => {
  it('is held to the same rules', async () => {
    const egress = createEgress({ resolve: resolvesTo('127.0.0.1') })
    expect(() => egress.through(`http://127.0.0.1:${port}`)).toThrow(ParleyError)
    expect(() => egress.through(`http://user:pass@proxy.example:${port}`)).toThrow(ParleyError)
    for (const target of ['http://models.example/', 'https://models.example/']) {
      const dispatcher = egress.through(`http://proxy.example:${port}`)
      expect(await refusal(() => request(target, { dispatcher }))).toBe('forbidden')
      await dispatcher.destroy()
    }
    expect(reached).toEqual([])
  })

  it('is used when it is open', async () => {
    const egress = createEgress({ resolve: resolvesTo('127.0.0.1'), allow: [`proxy:${port}`] })
    const dispatcher = egress.through(`http://proxy:${port}`)
    const { statusCode, body } = await request('http://models.example/v1/models', { dispatcher })
    await body.dump()
    expect({ statusCode, reached }).toEqual({ statusCode: 200, reached: ['http://models.example/v1/models'] })
    await dispatcher.destroy()
  })
})

it.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['2001:db8::1', false],
  ['not an address', false],
  ['', false],
])('the address %j is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic)
})
