import { Client, type Dispatcher } from 'undici'

/** One way that a request can take: the bare pipe, Parley, a peer. */
export interface Route {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly pid?: number
}

export interface Answered {
  /** From sending to the first byte of the body, and to its end. */
  readonly firstMs: number
  readonly totalMs: number
  readonly frames: number
  readonly error?: string
}

/** A connection that is kept, and asks one thing at a time. */
export interface Line {
  /** Resolves whatever comes; `error` says what was wrong with it. */
  ask(mode: string, streams: boolean): Promise<Answered>
  /** Resolves with how to leave once the first byte is there. */
  hold(mode: string): Promise<() => void>
  close(): Promise<void>
}

export function openLine(route: Route): Line {
  const { origin, pathname } = new URL(route.url)
  const client = new Client(origin, { pipelining: 1, bodyTimeout: 0, headersTimeout: 60_000, allowH2: false })
  const request = (mode: string, streams: boolean): Dispatcher.DispatchOptions => ({
    path: `${pathname}/chat/completions`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...route.headers },
    body: JSON.stringify({
      model: 'bench',
      messages: [{ role: 'user', content: `bench:${mode}` }],
      ...(streams ? { stream: true } : {}),
    }),
  })
  return {
    ask: (mode, streams) =>
      new Promise(resolve => {
        const started = performance.now()
        const seen = { first: 0, status: 0, frames: 0, last: 0, bytes: 0 }
        const end = (error?: string) =>
          resolve({
            firstMs: seen.first - started,
            totalMs: performance.now() - started,
            frames: seen.frames,
            ...(error === undefined ? {} : { error }),
          })
        client.dispatch(request(mode, streams), {
          onRequestStart: () => undefined,
          onResponseStart(_, status) {
            seen.status = status
          },
          onResponseData(_, chunk) {
            if (seen.bytes === 0) seen.first = performance.now()
            seen.bytes += chunk.length
            if (streams) countFrames(seen, chunk)
          },
          onResponseEnd: () => end(seen.status === 200 ? undefined : `status ${seen.status}`),
          onResponseError: (_, thrown) => end(thrown.message),
        })
      }),
    hold: mode =>
      new Promise((resolve, reject) => {
        client.dispatch(request(mode, true), {
          onRequestStart: () => undefined,
          onResponseStart(_, status) {
            if (status !== 200) reject(new Error(`status ${status}`))
          },
          onResponseData: controller => resolve(() => controller.abort(new Error('left'))),
          onResponseEnd: () => undefined,
          onResponseError: (_, thrown) => reject(thrown),
        })
      }),
    close: () => client.destroy(),
  }
}

const newline = 0x0a

/** Frames end with a blank line, which chunks may cut. */
function countFrames(seen: { frames: number; last: number }, chunk: Buffer): void {
  if (seen.last === newline && chunk[0] === newline) seen.frames += 1
  for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) seen.frames += 1
  seen.last = chunk.at(-1) ?? 0
}
