import { ParleyError } from '../../core/errors.ts'

/** A sign-in waits for it: a person leaves before this. */
export const callTimeoutMs = 10_000

/** Key sets and profiles are a few kilobytes. */
const maxBytes = 256 * 1024

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * A `fetch` that ends within `timeoutMs`, follows no redirect and reads no more than 256 kB. A service that cannot be
 * reached, fails or says too much throws `platform_unavailable`; a refusal told with status 200 gets status 400.
 */
export function createBoundedFetch(timeoutMs: number = callTimeoutMs): Fetch {
  return async (url, init) => {
    const over = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, over]) : over
    try {
      const response = await fetch(url, { ...init, signal, redirect: 'manual' })
      const body = await readBounded(response)
      if (response.status >= 500 || response.status === 429) throw unavailable(`status ${response.status}`)
      const status = response.status === 200 && isRefusal(body) ? 400 : response.status
      return new Response(mayHaveBody(status) ? body : null, { status, headers: response.headers })
    } catch (thrown) {
      if (thrown instanceof ParleyError) throw thrown
      throw unavailable(over.aborted ? `no answer in ${timeoutMs} ms` : reasonOf(thrown))
    }
  }
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.byteLength
    if (length > maxBytes) throw unavailable(`more than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces))
}

/** Slack says `ok: false`, GitHub `error`, both with status 200. */
function isRefusal(body: Uint8Array): boolean {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString())
    if (typeof answer !== 'object' || answer === null) return false
    return ('ok' in answer && answer.ok === false) || ('error' in answer && typeof answer.error === 'string')
  } catch {
    return false
  }
}

const mayHaveBody = (status: number) => ![204, 205, 304].includes(status)

/** Node's word for why: `ECONNREFUSED` and the like. The message of a failed fetch says nothing else. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'the connection failed'
}

function unavailable(reason: string): ParleyError {
  return new ParleyError('platform_unavailable', 'This service does not answer right now.', {
    cause: new Error(reason),
  })
}
