import { type Dispatcher, fetch, type RequestInit, type Response } from 'undici'
import { ParleyError, wrappedError } from '../../core/errors.ts'

export interface BoundedRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
  /** Of the whole exchange, redirects included. */
  readonly timeoutMs: number
  /** Of the answer, unpacked. */
  readonly maxBytes: number
  /** How many are followed, of a GET alone; none unless told. */
  readonly redirects?: number
}

export interface BoundedResponse {
  /** Where it came from in the end. */
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * Throws `forbidden` or `invalid` for an address that may not be asked, also one that a redirect leads to, and
 * `platform_unavailable` for what cannot be reached, takes too long or says too much.
 */
export type BoundedFetch = (url: string, request: BoundedRequest) => Promise<BoundedResponse>

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function createBoundedFetch(parse: (url: string) => URL, dispatcher: Dispatcher): BoundedFetch {
  return async (text, request) => {
    const url = parse(text)
    const over = AbortSignal.timeout(request.timeoutMs)
    const signal = request.signal ? AbortSignal.any([request.signal, over]) : over
    const init = {
      ...(request.method === undefined ? {} : { method: request.method }),
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      dispatcher,
      signal,
      redirect: 'manual',
    } as RequestInit
    try {
      return await follow(url, init, request, parse)
    } catch (thrown) {
      throw (
        wrappedError(thrown) ?? unavailable(over.aborted ? `no answer in ${request.timeoutMs} ms` : thrown)
      )
    }
  }
}

async function follow(
  from: URL,
  init: RequestInit,
  { redirects = 0, maxBytes, method = 'GET' }: BoundedRequest,
  parse: (url: string) => URL,
): Promise<BoundedResponse> {
  let url = from
  let headers = init.headers
  for (let left = method === 'GET' ? redirects : 0; ; left -= 1) {
    const response = await fetch(url.href, { ...init, ...(headers === undefined ? {} : { headers }) })
    const location = redirecting.has(response.status) ? response.headers.get('location') : null
    if (location === null) {
      const body = await readBounded(response, maxBytes)
      return { url, status: response.status, headers: new Headers([...response.headers]), body }
    }
    await response.body?.cancel()
    if (left <= 0) throw new Error('one redirect too many')
    const next = parse(URL.canParse(location) ? location : new URL(location, url).href)
    // What was sent along, keys among it, was meant for whom it was sent to.
    if (next.origin !== url.origin) headers = {}
    url = next
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.byteLength
    if (length > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function unavailable(why: unknown): ParleyError {
  return new ParleyError('platform_unavailable', 'This address does not answer right now.', {
    cause: why instanceof Error ? why : new Error(String(why)),
  })
}
