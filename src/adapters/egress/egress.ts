import { isIP } from 'node:net'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { bareHost, createAllowList } from './allow-list.ts'
import { type BoundedFetch, createBoundedFetch } from './bounded-fetch.ts'
import { checkedAddresses, createConnector, guardedLookup, type Resolve, systemResolve } from './connector.ts'
import { parseNamedUrl, portOf } from './named-url.ts'

/**
 * The one way to addresses that people name. Nothing private, link-local, of this machine or of its cloud is dialled
 * unless it is listed, whatever a name, a number or a redirect calls it.
 */
export interface Egress {
  /** Throws `invalid` for what is no plain http(s) URL, `forbidden` for a closed address. Looks no name up. */
  parse(url: string): URL
  /** As `parse`, and what its name means now. What is dialled later is checked again. */
  check(url: string): Promise<URL>
  /** Whether its host, or host and port, is on the list. */
  isListed(url: URL): boolean
  /** For undici, `request` and `fetch` alike. A refusal is a `forbidden` error or the cause of one: see `wrappedError`. */
  readonly dispatcher: Dispatcher
  /**
   * The same through a proxy that somebody named, which is held to the same rules. The proxy looks names up by itself:
   * `check` what is asked of it. Throws as `parse`. Whoever asked for it closes it.
   */
  through(proxyUrl: string): Dispatcher
  /** Asks and reads the whole answer, within bounds of time and size; a redirect is checked like any address. */
  readonly fetch: BoundedFetch
  close(): Promise<void>
}

export interface EgressOptions {
  /** `host` or `host:port` of services inside one's own network that may be reached. */
  readonly allow?: readonly string[]
  /** How names are looked up; as the system does unless told. */
  readonly resolve?: Resolve
  /** Until a connection stands; 10 s. */
  readonly connectMs?: number
}

export function createEgress({
  allow = [],
  resolve = systemResolve,
  connectMs = 10_000,
}: EgressOptions = {}): Egress {
  const allowed = createAllowList(allow)
  const parse = (url: string) => parseNamedUrl(url, allowed)
  const dispatcher = new Agent({ connect: createConnector(allowed, resolve, connectMs) })
  return {
    parse,
    async check(text) {
      const url = parse(text)
      const host = bareHost(url.hostname)
      if (isIP(host) === 0) await checkedAddresses(host, portOf(url), allowed, resolve)
      return url
    },
    isListed: url => allowed.has(url.hostname, portOf(url)),
    dispatcher,
    through(proxyUrl) {
      const url = parse(proxyUrl)
      const lookup = guardedLookup(allowed, resolve, portOf(url))
      const proxyTls = { lookup, timeout: connectMs } as unknown as ProxyAgent.Options['proxyTls'] & object
      return new ProxyAgent({ uri: url.href, proxyTls, allowH2: false })
    },
    fetch: createBoundedFetch(parse, dispatcher),
    close: () => dispatcher.destroy(),
  }
}
