import type { Fault } from '../faults.ts'

export interface ReplyError {
  readonly message: string
  readonly type?: string
  readonly code?: string | number
  readonly param?: string
}

export interface Refusal {
  readonly status: number
  readonly error: ReplyError
  readonly headers?: Readonly<Record<string, string>>
}

/** An HTTP error in OpenAI's shape. */
export function toRefusal({ status, error, headers = {} }: Refusal): Response {
  const { message, type = 'invalid_request_error', code = null, param = null } = error
  return Response.json({ error: { message, type, param, code } }, { status, headers })
}

export const badKey: Refusal = {
  status: 401,
  error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' },
}

export function badRequest(message: string): Refusal {
  return { status: 400, error: { message } }
}

export function unknownModel(name: string): Refusal {
  const message = `The model \`${name}\` does not exist or you do not have access to it.`
  return { status: 404, error: { message, code: 'model_not_found' } }
}

export function tooLong(tokens: number, most: number): Refusal {
  const message = `This model's maximum context length is ${most} tokens. However, your messages resulted in ${tokens} tokens.`
  return { status: 400, error: { message, code: 'context_length_exceeded', param: 'messages' } }
}

/** What a planned fault answers in place of a completion; a cut and a delay answer nothing. */
export function refusalOf(fault: Exclude<Fault, { kind: 'slow' | 'cut' }>): Refusal {
  switch (fault.kind) {
    case 'rate-limited':
      return {
        status: 429,
        error: { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' },
        headers: {
          'retry-after-ms': String(fault.retryAfterMs),
          'retry-after': String(Math.ceil(fault.retryAfterMs / 1_000)),
        },
      }
    case 'server-error':
      return {
        status: fault.status ?? 500,
        error: { message: 'The server had an error.', type: 'server_error' },
      }
    case 'refused':
      return { status: 400, error: { message: `Refused: ${fault.code}.`, code: fault.code } }
  }
}
