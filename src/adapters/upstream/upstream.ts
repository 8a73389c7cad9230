import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import { ParleyError } from '../../core/errors.ts'
import type { Upstream, UpstreamReader } from '../../core/upstream.ts'

/** The one way to addresses that callers name. */
export interface Guard {
  readonly dispatcher: Dispatcher
  /** Throws, or rejects, with `invalid` or `forbidden`. */
  parse(url: string): URL
  check(url: string): Promise<URL>
  through(proxyUrl: string): Dispatcher
}

export interface UpstreamOptions {
  /** For what callers name. */
  readonly guard: Guard
  /** For what was typed on a page; the same unless told. */
  readonly kept?: Dispatcher
  /** Until a connection stands; 10 s. */
  readonly connectMs?: number
  /** Until the first byte of an answer; 10 min, since a model may think that long. */
  readonly firstByteMs?: number
  /** Between two pieces of an answer; 5 min. */
  readonly idleMs?: number
  /** A whole answer, for a service that never ends one; an hour. */
  readonly totalMs?: number
}

/** Model services over HTTP/1.1 with kept connections: nothing is read or written that did not come from either side. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { guard, connectMs = 10_000, totalMs = 3_600_000 } = options
  const pools = new Map<string, Dispatcher>()
  const poolOf = (origin: string, proxyUrl: string | undefined) => {
    const key = `${proxyUrl ?? ''} ${origin}`
    const known = pools.get(key)
    if (known) return known
    const connect = { timeout: connectMs }
    // HTTP/1.1 only: one answer per connection, so that leaving one closes exactly that connection.
    const made: Dispatcher = proxyUrl
      ? new ProxyAgent({ uri: proxyUrl, connect, allowH2: false })
      : new Pool(origin, { connect, allowH2: false, keepAliveTimeout: 30_000 })
    pools.set(key, made)
    return made
  }
  return {
    send(request, reader) {
      const call = new Call(reader, totalMs)
      const url = new URL(request.url)
      const asked: Dispatcher.DispatchOptions = {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: options.firstByteMs ?? 600_000,
        bodyTimeout: options.idleMs ?? 300_000,
      }
      const { route } = request
      if (route.kind === 'trusted') call.start(poolOf(url.origin, route.proxyUrl), asked)
      else if (route.kind === 'kept') call.start(options.kept ?? guard.dispatcher, asked)
      else void sendNamed(guard, request.url, route.proxyUrl, call, asked)
      return call
    },
    async close() {
      await Promise.all([...pools.values()].map(pool => pool.destroy()))
    },
  }
}

async function sendNamed(
  guard: Guard,
  url: string,
  proxyUrl: string | undefined,
  call: Call,
  asked: Dispatcher.DispatchOptions,
): Promise<void> {
  try {
    // Through a proxy the name is looked up there; without one it is dialled at what was checked.
    if (proxyUrl === undefined) call.start(guard.dispatcher, asked)
    else {
      await guard.check(url)
      const proxy = guard.through(proxyUrl)
      call.start(proxy, asked, () => void proxy.destroy())
    }
  } catch (thrown) {
    call.fail(thrown)
  }
}

class Call implements Dispatcher.DispatchHandler {
  readonly #reader: UpstreamReader
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #over = false
  #leave: (() => void) | undefined
  sent = false

  constructor(reader: UpstreamReader, totalMs: number) {
    this.#reader = reader
    this.#timer = setTimeout(() => {
      this.#controller?.abort(new Error('The answer took too long.'))
      this.fail(new Error(`no end within ${totalMs} ms`))
    }, totalMs)
    this.#timer.unref()
  }

  start(dispatcher: Dispatcher, asked: Dispatcher.DispatchOptions, leave?: () => void): void {
    this.#leave = leave
    if (this.#over) leave?.()
    else dispatcher.dispatch(asked, this)
  }

  abort(): void {
    if (!this.#finish()) return
    this.#controller?.abort(new Error('The client left.'))
  }

  resume(): void {
    if (!this.#over) this.#controller?.resume()
  }

  fail(thrown: unknown): void {
    if (this.#finish()) this.#reader.failed(failureOf(thrown))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(new Error('The client left.'))
  }

  onBodySent(): void {
    this.sent = true
  }

  onRequestSent(): void {
    this.sent = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#controller = controller
    if (!this.#over && status >= 200) this.#reader.head(status, headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over && !this.#reader.data(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    if (this.#finish()) this.#reader.end()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  /** Whether this is the end; the first one counts. */
  #finish(): boolean {
    if (this.#over) return false
    this.#over = true
    clearTimeout(this.#timer)
    this.#leave?.()
    return true
  }
}

/** A guard's refusal as it is; anything else is a service that cannot be reached. */
function failureOf(thrown: unknown): ParleyError {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof ParleyError) return error
  }
  return new ParleyError('model_unreachable', 'The model service cannot be reached, or broke off.', {
    cause: thrown,
  })
}
