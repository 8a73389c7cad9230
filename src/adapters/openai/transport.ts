import type { ClientOptions } from 'openai'
import { Agent, type Dispatcher, ProxyAgent, fetch as undiciFetch, type RequestInit } from 'undici'

export interface ModelTimeouts {
  /** Until a connection stands; 10 s. */
  readonly connectMs: number
  /** From sending a request to the first byte of its answer; 60 s. */
  readonly firstByteMs: number
  /** Between two pieces of an answer, a server's keep-alive comments included; 60 s. */
  readonly idleMs: number
  /** A whole answer; 15 min, for a server that keeps a stream alive without ever ending it. */
  readonly totalMs: number
}

export const defaultTimeouts: ModelTimeouts = {
  connectMs: 10_000,
  firstByteMs: 60_000,
  idleMs: 60_000,
  totalMs: 900_000,
}

type Fetch = NonNullable<ClientOptions['fetch']>

/** How a service is reached. */
export interface Way {
  readonly proxyUrl?: string
  readonly dispatcher?: Dispatcher
}

/** A `fetch` for the SDK with our timeouts, through an HTTP(S) proxy when one is named. */
export function createTransport(timeouts: ModelTimeouts, { proxyUrl, dispatcher: given }: Way): Fetch {
  const connect = { timeout: timeouts.connectMs }
  // HTTP/1.1 only: one answer per connection, so that leaving one closes exactly that connection.
  const agent: Dispatcher =
    given ??
    (proxyUrl
      ? new ProxyAgent({ uri: proxyUrl, connect, allowH2: false })
      : new Agent({ connect, allowH2: false }))
  // Set per request because a ProxyAgent does not hand its own timeouts to the client that forwards plain HTTP.
  const dispatcher = agent.compose(
    dispatch => (options, handler) =>
      dispatch({ ...options, headersTimeout: timeouts.firstByteMs, bodyTimeout: timeouts.idleMs }, handler),
  )
  // Node's own fetch carries another undici, which refuses this version's dispatchers; hence undici's fetch.
  const through = (url: string, init?: RequestInit) =>
    undiciFetch(url, {
      ...init,
      dispatcher,
      // Only `Authorization` would be taken off on the way to another host, and not a key in a header of its own.
      ...(given ? { redirect: 'error' as const } : {}),
    })
  return through as unknown as Fetch
}
