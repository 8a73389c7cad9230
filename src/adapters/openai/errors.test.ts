import { describe, expect, test } from 'vitest'
import { modelErrorOf } from './errors.ts'
import { retryAfterMsOf } from './retry.ts'

describe('what services say becomes one code:', () => {
  test.each([
    ['model_auth', { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided' }],
    ['model_auth', { status: 403, message: 'Country not supported' }],
    ['model_auth', { type: 'authentication_error', message: 'invalid x-api-key' }],
    [
      'model_not_found',
      { status: 404, code: 'model_not_found', message: 'The model `gpt-9` does not exist' },
    ],
    ['model_not_found', { status: 404, message: '404 page not found' }],
    ['model_not_found', { status: 400, message: 'The model gpt-9 does not exist.' }],
    [
      'model_rate_limited',
      { status: 429, code: 'rate_limit_exceeded', message: 'Rate limit reached for requests' },
    ],
    ['model_rate_limited', { status: 429, message: 'Too many tokens, please wait before trying again.' }],
    ['model_rate_limited', { type: 'rate_limit_error', message: 'Slow down' }],
    ['context_overflow', { status: 429, message: 'Request too large for gpt-4o on tokens per min (TPM)' }],
    [
      'model_refused',
      { status: 429, code: 'insufficient_quota', message: 'You exceeded your current quota' },
    ],
    ['model_refused', { status: 402, message: 'Insufficient Balance' }],
    ['model_overloaded', { status: 503, message: 'Service Unavailable' }],
    ['model_overloaded', { status: 529, type: 'overloaded_error', message: 'Overloaded' }],
    ['model_overloaded', { status: 500, message: 'The engine is currently overloaded' }],
    ['model_unreachable', { status: 500, message: 'The server had an error' }],
    ['model_unreachable', { status: 502, message: 'Bad gateway' }],
    ['model_unreachable', { status: 407, message: 'Proxy Authentication Required' }],
    ['model_unreachable', { message: 'Provider disconnected' }],
    ['model_refused', { type: 'invalid_request_error', message: 'Bad tool' }],
    ['model_refused', { status: 400, message: 'temperature must be at most 2' }],
    ['context_overflow', { status: 400, code: 'context_length_exceeded', message: 'Too long' }],
    ['context_overflow', { status: 400, message: "This model's maximum context length is 8192 tokens." }],
    ['context_overflow', { status: 400, message: 'prompt is too long: 210000 tokens > 200000 maximum' }],
    ['context_overflow', { status: 400, message: 'the request exceeds the available context size' }],
    [
      'context_overflow',
      {
        status: 400,
        message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).',
      },
    ],
    ['context_overflow', { status: 413, message: 'Request Entity Too Large' }],
    ['content_filtered', { status: 400, code: 'content_filter', message: 'The response was filtered' }],
    ['content_filtered', { status: 400, code: 'content_policy_violation', message: 'No' }],
  ] as const)('%s for %o', (code, failure) => {
    const error = modelErrorOf(failure)
    expect(error.code).toBe(code)
    // Safe to show: our own sentence, not the service's.
    expect(error.message).not.toContain(failure.message)
    expect(error.message).toMatch(/^(The|This) .+\.$/)
  })

  test('an account without credit is told apart from another refusal', () => {
    const spent = modelErrorOf({ status: 429, code: 'insufficient_quota', message: '' })
    expect(spent.message).toBe('The account at the model service has no credit left.')
  })
})

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-01-05T10:00:00Z')
  test.each([
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '120', 'retry-after': '1' }, 120],
    [{ 'retry-after': 'Mon, 05 Jan 2026 10:00:09 GMT' }, 9_000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%o is %s ms', (headers, ms) => {
    expect(retryAfterMsOf(new Headers(headers as Record<string, string>), nowMs)).toBe(ms)
  })
})
