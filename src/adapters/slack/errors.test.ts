import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createSlackApi } from './client.ts'
import type { SlackCallError } from './errors.ts'

const token = 'xoxb-a-secret-token'

interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** What a call to a Slack that answers so comes to. */
async function failureOf(answer: Answer | 'cut'): Promise<{ error: SlackCallError; requests: number }> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    if (answer === 'cut') return void request.socket.destroy()
    const { status = 200, headers = {}, body = '' } = answer
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const slack = createSlackApi({ token, apiUrl: `http://127.0.0.1:${port}/api/`, log: silentLog })
  const error = await slack
    .call('chat.postMessage', web => web.chat.postMessage({ channel: 'C', text: 'hello' }))
    .then(
      () => undefined,
      (thrown: SlackCallError) => thrown,
    )
  if (!error) throw new Error('the call succeeded')
  return { error, requests }
}

const refusal = (code: string): Answer => ({ body: JSON.stringify({ ok: false, error: code }) })

describe('a failed call', () => {
  const table: readonly (readonly [string, Answer | 'cut', Partial<SlackCallError>])[] = [
    [
      'refused',
      refusal('channel_not_found'),
      { code: 'platform_refused', outcome: 'refused', slackCode: 'channel_not_found' },
    ],
    ['with a revoked token', refusal('token_revoked'), { code: 'platform_auth', outcome: 'refused' }],
    ['with a wrong token', refusal('invalid_auth'), { code: 'platform_auth', outcome: 'refused' }],
    ['broken in the middle', refusal('internal_error'), { code: 'platform_unavailable', outcome: 'unknown' }],
    [
      'limited in words',
      refusal('ratelimited'),
      { code: 'platform_unavailable', outcome: 'limited', retryAfterMs: 1_000 },
    ],
    [
      'limited',
      { status: 429, headers: { 'retry-after': '7' } },
      { code: 'platform_unavailable', outcome: 'limited', retryAfterMs: 7_000 },
    ],
    [
      'limited without a time',
      { status: 429 },
      { code: 'platform_unavailable', outcome: 'limited', retryAfterMs: 1_000 },
    ],
    ['with a 503', { status: 503 }, { code: 'platform_unavailable', outcome: 'unknown' }],
    [
      'with a page of HTML',
      { body: '<html>Bad gateway</html>' },
      { code: 'platform_unavailable', outcome: 'unknown' },
    ],
    ['cut off', 'cut', { code: 'platform_unavailable', outcome: 'unknown' }],
  ]
  for (const [name, answer, expected] of table) {
    it(`${name} is told as that, after one try, without the token`, async () => {
      const { error, requests } = await failureOf(answer)
      expect(error).toMatchObject(expected)
      expect(requests).toBe(1)
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token)
    })
  }
})
