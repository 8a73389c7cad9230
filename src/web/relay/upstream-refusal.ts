import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import type { UpstreamHeaders } from '../../core/upstream.ts'
import { RelayRefusal } from './refusal.ts'
import type { RelayTarget } from './target.ts'

/** What a model service said instead of an answer. */
export interface UpstreamFailure {
  readonly status: number
  readonly headers: UpstreamHeaders
  readonly body: Buffer
}

/** The most that is read of it. */
export const mostRefusalBytes = 64 * 1024

/** A reason is a sentence or two. */
const mostReasonLength = 2_000

const text = z.string().min(1)
const plain = (message: string) => ({ message, type: undefined, code: undefined, param: null })
const errorShape = z.object({
  message: text,
  type: text.optional().catch(undefined),
  param: text.nullish().catch(null),
  code: z
    .union([text, z.number().transform(String)])
    .optional()
    .catch(undefined),
})
const reasonShape = z.union([
  z.object({ error: errorShape }).transform(({ error }) => error),
  z.object({ error: text }).transform(({ error }) => plain(error)),
  errorShape,
  z.object({ detail: text }).transform(({ detail }) => plain(detail)),
])

const passedHeaders = ['retry-after', 'retry-after-ms', 'x-should-retry'] as const

/** The same in OpenAI's shape, with the service's reason and without what it says of Parley's own key. */
export function upstreamRefusal(target: RelayTarget, failure: UpstreamFailure): RelayRefusal {
  const { status } = failure
  const reason = reasonIn(failure)
  if (target.key.ours && (status === 401 || status === 403)) {
    return new RelayRefusal(
      502,
      'upstream_error',
      'upstream_auth',
      'The model service does not accept the key that Parley has for it. Whoever manages Parley can set another.',
      { cause: new Error(`${target.host} answered ${status}`) },
    )
  }
  const isPassed =
    (status >= 400 && status < 500 && status !== 407) || (status >= 500 && reason !== undefined)
  return new RelayRefusal(
    (isPassed ? status : 502) as ContentfulStatusCode,
    reason?.type ?? 'upstream_error',
    reason?.code ?? (status === 429 ? 'rate_limit_exceeded' : 'upstream_error'),
    withoutKey(reason?.message ?? `The model service answered ${status} and gave no reason.`, target),
    {
      headers: headersOf(failure),
      ...(reason?.param ? { param: reason.param } : {}),
      cause: new Error(`${target.host} answered ${status}`),
    },
  )
}

/** Another service may do better. */
export function mayTryNext(status: number): boolean {
  return status === 429 || status >= 500
}

/** It does not know the wish for usage at the end of a stream. */
export function refusesStreamOptions({ status, body }: UpstreamFailure): boolean {
  return (status === 400 || status === 422) && body.includes('stream_options')
}

function reasonIn({ headers, body }: UpstreamFailure) {
  const type = String(headers['content-type'] ?? '')
  const said = body.toString('utf8').trim()
  if (/json/i.test(type) || said.startsWith('{')) return reasonShape.safeParse(parse(said)).data
  if (!/^text\/plain/i.test(type) || said === '' || said.startsWith('<')) return undefined
  return plain(said)
}

function parse(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** Services like to repeat the key they were given, whole or with a few stars in it. */
function withoutKey(message: string, { key }: RelayTarget): string {
  const plain = key.value === '' ? message : message.replaceAll(key.value, '…')
  const masked = key.ours ? plain.replaceAll(/\bsk-[\w*.-]{4,}/g, '…') : plain
  return masked.slice(0, mostReasonLength)
}

function headersOf({ headers }: UpstreamFailure): Readonly<Record<string, string>> {
  return Object.fromEntries(
    passedHeaders.flatMap(name => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}
