import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createProxies } from './client-address.ts'

async function seen(trusted: readonly string[], peer: string | undefined, forwarded?: string) {
  const seenBy = createProxies(trusted)
  const app = new Hono().get('/', c => c.json({ address: seenBy.clientAddress(c) ?? null }))
  const env = peer === undefined ? {} : { incoming: { socket: { remoteAddress: peer } } }
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return JSON.parse(await (await app.request('/', { headers }, env)).text()).address
}

const proxies = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8']

describe('where a request comes from', () => {
  it.each<[string, readonly string[], string | undefined, string | undefined, string | null]>([
    ['its peer', [], '192.0.2.1', undefined, '192.0.2.1'],
    ['its peer, whatever it says of itself', [], '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['a peer that is no proxy of ours is not believed', proxies, '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['what our proxy says', proxies, '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['our proxy over IPv6', proxies, 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['our proxy as IPv4 in IPv6', proxies, '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['past several proxies', proxies, '127.0.0.1', '198.51.100.1, 10.0.0.5', '198.51.100.1'],
    ['what the client invented is left aside', proxies, '127.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    [
      'a client that pretends to be a proxy',
      proxies,
      '127.0.0.1',
      '9.9.9.9, 10.0.0.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['what is no address ends the search', proxies, '127.0.0.1', '198.51.100.1, nonsense', '127.0.0.1'],
    ['with a port', proxies, '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['with brackets', proxies, '127.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['our proxy itself', proxies, '127.0.0.1', undefined, '127.0.0.1'],
    ['nowhere', proxies, undefined, '198.51.100.1', null],
  ])('%s', async (_, trusted, peer, forwarded, address) => {
    expect(await seen(trusted, peer, forwarded)).toBe(address)
  })
})

describe('the address that the browser knows', () => {
  const told = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'parley.example' }
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['is the request’s own', '192.0.2.1', {}, 'http://inside:3000'],
    ['is not what just anybody says', '192.0.2.1', told, 'http://inside:3000'],
    ['is what our proxy says', '127.0.0.1', told, 'https://parley.example'],
    ['may differ by scheme alone', '127.0.0.1', { 'x-forwarded-proto': 'https' }, 'https://inside:3000'],
    [
      'is what the nearest proxy wrote',
      '127.0.0.1',
      { ...told, 'x-forwarded-host': 'evil.example, parley.example' },
      'https://parley.example',
    ],
    [
      'is the request’s own when that makes no sense',
      '127.0.0.1',
      { 'x-forwarded-host': 'a b' },
      'http://inside:3000',
    ],
  ])('%s', async (_, peer, headers, origin) => {
    const seenBy = createProxies(proxies)
    const app = new Hono().get('/', c => c.text(seenBy.ownOrigin(c)))
    const env = { incoming: { socket: { remoteAddress: peer } } }
    expect(await (await app.request('http://inside:3000/', { headers }, env)).text()).toBe(origin)
  })
})
