import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hostileUrls } from '../../adapters/egress/testing/hostile-urls.ts'
import { createStore } from '../../adapters/postgres/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import type { Store } from '../../core/store.ts'
import { model, openRelayHouse, ourKey, provider, type RelayHouse } from './testing/relay-house.ts'
import {
  chunk,
  completion,
  frame,
  openStubService,
  says,
  streams,
  type StubService,
  usage,
} from './testing/stub-service.ts'

/** Keys, addresses and proxies of the caller's own, and browsers of other front ends. */

const friend = 'https://chat.example'

let house: RelayHouse
let ours: StubService
let theirs: StubService
let unlisted: StubService
let proxy: Awaited<ReturnType<typeof openProxy>>
let store: Store
let closeDatabase: () => Promise<void>
let sendsApiKeyHeader = false
beforeAll(async () => {
  const opened = await openTestEmbedded()
  closeDatabase = opened.close
  store = createStore(opened.database)
  ;[ours, theirs, unlisted, proxy] = await Promise.all([
    openStubService(),
    openStubService(),
    openStubService(),
    openProxy(),
  ])
  house = await openRelayHouse(
    { ...opened, store },
    {
      providers: () => Promise.resolve([provider(ours.baseUrl, { sendsApiKeyHeader })]),
      allowedOrigins: [friend],
      allowedEndpoints: [`127.0.0.1:${theirs.port}`, `127.0.0.1:${proxy.port}`, `localhost:${theirs.port}`],
    },
  )
})
afterAll(async () => {
  await house.close()
  await Promise.all([ours.close(), theirs.close(), unlisted.close(), proxy.close()])
  await closeDatabase()
})
afterEach(() => {
  sendsApiKeyHeader = false
})

/** A plain HTTP proxy that remembers whom it was asked for. */
async function openProxy() {
  const asked: string[] = []
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    asked.push(incoming.url ?? '')
    void fetch(incoming.url ?? '', { method: 'POST', body: '{}' })
      .then(response => response.text())
      .then(text => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(text))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    asked,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const question = [{ role: 'user', content: 'What is an engine?' }]

function ask(headers: Readonly<Record<string, string>>, body: object = {}): Promise<Response> {
  return fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: question, ...body }),
  })
}

const own = () => ({ 'x-parley-key': house.key, authorization: 'Bearer sk-ada' })
const heardBy = (service: StubService) => service.heard.at(-1)?.headers

describe('a key of one’s own', () => {
  it('goes to our service in place of Parley’s', async () => {
    expect((await ask(own())).status).toBe(200)
    expect(heardBy(ours)).toMatchObject({ authorization: 'Bearer sk-ada' })
    expect(JSON.stringify(heardBy(ours))).not.toContain(house.key)
  })

  it('goes as api-key too where the service is so configured, as Parley’s does', async () => {
    sendsApiKeyHeader = true
    await ask(own())
    expect(heardBy(ours)).toMatchObject({ authorization: 'Bearer sk-ada', 'api-key': 'sk-ada' })
    await ask({ authorization: `Bearer ${house.key}` })
    expect(heardBy(ours)).toMatchObject({ authorization: `Bearer ${ourKey}`, 'api-key': ourKey })
  })

  it('is none where the Parley key alone comes in X-Parley-Key', async () => {
    await ask({ 'x-parley-key': house.key })
    expect(heardBy(ours)).toMatchObject({ authorization: `Bearer ${ourKey}` })
  })

  it('is refused where whoever manages Parley says so', async () => {
    await store.settings.changeInstallation({ passesOwnKeys: false })
    await expect
      .poll(
        async () => {
          const response = await ask(own())
          return { status: response.status, body: await response.json() }
        },
        { timeout: 5_000 },
      )
      .toMatchObject({ status: 403, body: { error: { code: 'own_key_not_allowed' } } })
    await store.settings.changeInstallation({ passesOwnKeys: true })
    // What is known of a key is remembered for a moment.
    await expect.poll(async () => (await ask(own())).status, { timeout: 5_000 }).toBe(200)
  })
})

describe('an address of one’s own', () => {
  const there = () => `http://127.0.0.1:${theirs.port}/deep/chat/completions?api-version=1`

  it.each(['end_point', 'end-point'])('is asked when it is listed, by the header %s', async header => {
    theirs.behave(streams(frame(chunk('From theirs', 'stop')), frame('[DONE]')))
    const response = await ask({ ...own(), [header]: there() }, { stream: true })
    expect(await response.text()).toContain('From theirs')
    expect(theirs.heard.at(-1)).toMatchObject({
      path: '/deep/chat/completions?api-version=1',
      headers: { authorization: 'Bearer sk-ada' },
    })
    theirs.behave(says(200, completion('Hello.', usage(3, 2))))
  })

  it('is asked without a key when the key is empty, and not at all when there is none', async () => {
    const before = theirs.heard.length
    const missing = await ask({ authorization: `Bearer ${house.key}`, end_point: there() })
    expect({ status: missing.status, body: await missing.json() }).toMatchObject({
      status: 400,
      body: { error: { param: 'end_point', message: expect.stringContaining('X-Parley-Key') } },
    })
    expect(theirs.heard.length).toBe(before)
    expect(
      (await ask({ 'x-parley-key': house.key, authorization: 'Bearer', end_point: there() })).status,
    ).toBe(200)
    expect(heardBy(theirs)).not.toHaveProperty('authorization')
  })

  it('is never told Parley’s own key', async () => {
    for (const headers of [
      own(),
      { 'x-parley-key': house.key, authorization: 'Bearer ' },
      { authorization: `Bearer ${house.key}` },
    ])
      await ask({ ...headers, end_point: there() })
    for (const { headers } of theirs.heard) expect(JSON.stringify(headers)).not.toContain(ourKey)
  })

  it('that is not listed is refused, and nobody there hears of it', async () => {
    for (const url of [`http://127.0.0.1:${unlisted.port}/`, 'https://models.example/v1/chat/completions']) {
      const response = await ask({ ...own(), end_point: url })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({
        error: { code: 'endpoint_not_allowed', param: 'end_point' },
      })
    }
    expect(unlisted.heard).toEqual([])
  })

  it('is not followed where it redirects to', async () => {
    theirs.behave(says(307, '', { location: `http://127.0.0.1:${unlisted.port}/` }))
    expect((await ask({ ...own(), end_point: there() })).status).toBe(502)
    expect(unlisted.heard).toEqual([])
    theirs.behave(says(200, completion('Hello.', usage(3, 2))))
  })

  it.each(['end_point', 'proxy_url'])('in any hostile form is refused in %s', async header => {
    const counts = [ours.heard.length, theirs.heard.length]
    for (const url of hostileUrls(unlisted.port)) {
      // What HTTP itself does not let through in a header never arrives.
      if (/[^\x20-\x7e]/.test(url)) continue
      const response = await ask({ ...own(), [header]: url })
      expect([url, response.status]).toEqual([url, 403])
      expect(await response.json()).toMatchObject({ error: { code: 'endpoint_not_allowed' } })
    }
    expect(unlisted.heard).toEqual([])
    expect([ours.heard.length, theirs.heard.length]).toEqual(counts)
  })

  it('is asked through a proxy that is listed, and through no other', async () => {
    const response = await ask({ ...own(), end_point: there(), proxy_url: `http://127.0.0.1:${proxy.port}` })
    expect(response.status).toBe(200)
    expect(proxy.asked).toEqual([there()])
    const other = await ask({ ...own(), end_point: there(), proxy_url: `http://127.0.0.1:${unlisted.port}` })
    expect(other.status).toBe(403)
    expect(unlisted.heard).toEqual([])
  })

  it('said twice in different words is refused', async () => {
    const response = await ask({ ...own(), end_point: there(), 'end-point': `${there()}x` })
    expect(response.status).toBe(400)
  })
})

describe('a browser', () => {
  const url = () => `${house.url}/v1/chat/completions`

  it('of an allowed front end may send the headers, and read the answer', async () => {
    const asked = await fetch(url(), {
      method: 'OPTIONS',
      headers: {
        origin: friend,
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'authorization,x-parley-key,end_point,end-point,proxy_url,content-type',
      },
    })
    expect(asked.status).toBe(204)
    const allowed = (asked.headers.get('access-control-allow-headers') ?? '').toLowerCase()
    for (const name of ['authorization', 'x-parley-key', 'end_point', 'end-point', 'proxy_url', 'proxy-url'])
      expect(allowed).toContain(name)
    for (const stream of [false, true]) {
      ours.behave(stream ? streams(frame(chunk('Hi', 'stop')), frame('[DONE]')) : says(200, completion('Hi')))
      const response = await ask({ authorization: `Bearer ${house.key}`, origin: friend }, { stream })
      expect(response.headers.get('access-control-allow-origin')).toBe(friend)
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      await response.text()
    }
    const refused = await ask({ authorization: 'Bearer nothing', origin: friend })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe(friend)
  })

  it('of any other is told nothing', async () => {
    const foe = 'https://evil.example'
    const asked = await fetch(url(), {
      method: 'OPTIONS',
      headers: { origin: foe, 'access-control-request-method': 'POST' },
    })
    expect(asked.headers.get('access-control-allow-origin')).toBeNull()
    expect(asked.status).toBeGreaterThanOrEqual(400)
    const answered = await ask({ authorization: `Bearer ${house.key}`, origin: foe })
    expect(answered.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('curl', () => {
  it('works as it is', async () => {
    ours.behave(streams(frame(chunk('Hello', null)), frame(chunk('', 'stop')), frame('[DONE]')))
    const body = JSON.stringify({ model, messages: question, stream: true })
    const { stdout } = await promisify(execFile)('curl', [
      '-sN',
      `${house.url}/v1/chat/completions`,
      '-H',
      `Authorization: Bearer ${house.key}`,
      '-d',
      body,
    ])
    expect(stdout).toBe(frame(chunk('Hello', null)) + frame(chunk('', 'stop')) + frame('[DONE]'))
  })
})
