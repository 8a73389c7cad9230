import { ParleyError } from '../../core/errors.ts'
import type { RelayedOutcome } from '../../core/relayed-request.ts'
import type { Upstream, UpstreamCall, UpstreamHeaders } from '../../core/upstream.ts'
import type { Outlet } from './outlet.ts'
import type { Prepared } from './prepare.ts'
import { createStreamPump, createWholePump, type Pump } from './pump.ts'
import { type RelayRefusal, refusalOf } from './refusal.ts'
import type { RelayTarget } from './target.ts'
import {
  mayTryNext,
  mostRefusalBytes,
  refusesStreamOptions,
  upstreamRefusal,
  type UpstreamFailure,
} from './upstream-refusal.ts'

/** How one try at a model service ended. */
export type Attempted =
  /** Something reached the client. */
  | {
      readonly kind: 'relayed'
      readonly outcome: RelayedOutcome
      readonly pump: Pump
      readonly status: number
    }
  /** Nothing did. `sent`: the model may have been asked all the same. */
  | {
      readonly kind: 'refused'
      readonly refusal: RelayRefusal
      /** The same for whoever watches how services do. */
      readonly error: ParleyError
      readonly sent: boolean
      readonly next: 'another' | 'without usage' | 'none'
    }
  | { readonly kind: 'left'; readonly sent: boolean }

export interface Attempt {
  readonly upstream: Upstream
  readonly outlet: Outlet
  readonly target: RelayTarget
  readonly prepared: Prepared
  readonly body: Buffer
  /** What an answer begins with. */
  readonly headersFor: (from: UpstreamHeaders) => Readonly<Record<string, string>>
  readonly mostTapeBytes: number
}

/** Asks one service. What it answers goes to the client while it comes, as fast as the client takes it. */
export function attempt(given: Attempt): Promise<Attempted> {
  const { upstream, outlet, target } = given
  return new Promise(resolve => {
    let reading: Reading | undefined
    const finish = (attempted: Attempted) => {
      outlet.onLeft(() => {})
      resolve(attempted)
    }
    let call: UpstreamCall | undefined
    call = upstream.send(
      {
        url: target.url,
        method: 'POST',
        route: target.route,
        headers: {
          'content-type': 'application/json',
          accept: given.prepared.streams ? 'text/event-stream' : 'application/json',
          // What is packed cannot be counted, and would be unpacked by nobody.
          'accept-encoding': 'identity',
          ...target.headers,
        },
        body: given.body,
      },
      {
        head(status, headers) {
          reading = read(given, status, headers)
        },
        data: chunk => reading?.data(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)) ?? true,
        end: () => finish(reading?.end() ?? nothingCame()),
        failed: error => finish(reading?.failed(error) ?? unreachable(error, call?.sent ?? false)),
      },
    )
    outlet.onDrain(() => call?.resume())
    outlet.onLeft(() => {
      call?.abort()
      finish(reading?.left() ?? { kind: 'left', sent: call?.sent ?? false })
    })
  })
}

/** What is done with an answer once its head is there. */
interface Reading {
  data(chunk: Buffer): boolean
  end(): Attempted
  failed(error: ParleyError): Attempted
  left(): Attempted
}

function read(given: Attempt, status: number, headers: UpstreamHeaders): Reading {
  const type = String(headers['content-type'] ?? '')
  const isStream = /^text\/event-stream\b/i.test(type)
  const isPlain = !headers['content-encoding'] || headers['content-encoding'] === 'identity'
  const isAnswer =
    status >= 200 && status < 300 && isPlain && (isStream || /^application\/json\b/i.test(type))
  return isAnswer ? readAnswer(given, status, headers, isStream) : readRefusal(given, status, headers)
}

function readAnswer(given: Attempt, status: number, headers: UpstreamHeaders, isStream: boolean): Reading {
  const { outlet, prepared, mostTapeBytes } = given
  const pump = (isStream ? createStreamPump : createWholePump)({
    outlet,
    headers: given.headersFor(headers),
    status,
    hidesUsage: prepared.hidesUsage,
    mostTapeBytes,
  })
  const relayed = (outcome: RelayedOutcome): Attempted => ({ kind: 'relayed', outcome, pump, status })
  return {
    data: chunk => pump.data(chunk),
    end: () => relayed(pump.end() ? 'answered' : 'broken'),
    failed(error) {
      if (!outlet.begun) return { ...unreachable(error, true), next: 'none' }
      pump.broken()
      return relayed('broken')
    },
    left: () => relayed('left'),
  }
}

function readRefusal({ target, prepared }: Attempt, status: number, headers: UpstreamHeaders): Reading {
  const chunks: Buffer[] = []
  let length = 0
  function refused(): Attempted {
    const failure: UpstreamFailure = { status, headers, body: Buffer.concat(chunks) }
    const withoutUsage = prepared.hidesUsage && refusesStreamOptions(failure)
    return {
      kind: 'refused',
      refusal: upstreamRefusal(target, failure),
      error: errorOf(status),
      sent: false,
      next: withoutUsage ? 'without usage' : mayTryNext(status) ? 'another' : 'none',
    }
  }
  return {
    data(chunk) {
      if (length < mostRefusalBytes) chunks.push(Buffer.from(chunk))
      length += chunk.length
      return true
    },
    end: refused,
    failed: refused,
    left: () => ({ kind: 'left', sent: false }),
  }
}

function errorOf(status: number): ParleyError {
  if (status === 429) return new ParleyError('model_rate_limited', 'The model service asks to slow down.')
  return new ParleyError('model_overloaded', 'The model service has too much to do right now.')
}

function unreachable(error: ParleyError, sent: boolean): Attempted & { readonly kind: 'refused' } {
  const isAway = error.code === 'model_unreachable'
  return { kind: 'refused', refusal: refusalOf(error), error, sent, next: isAway ? 'another' : 'none' }
}

function nothingCame(): Attempted {
  return unreachable(new ParleyError('model_malformed', 'The model service sent nothing.'), true)
}
