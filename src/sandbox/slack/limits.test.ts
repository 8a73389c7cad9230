import { describe, expect, it } from 'vitest'
import { WebAPIRateLimitedError } from '@slack/web-api'
import { clientOf, refusalOf, standIn } from './testing/stand-in.ts'

const channel = 'C0SUPPORT'

/** How many of `times` calls get through, and what Slack says to the first that does not. */
async function untilLimited(times: number, call: () => Promise<unknown>) {
  for (let done = 0; done < times; done += 1) {
    try {
      await call()
    } catch (error) {
      return { done, retryAfter: error instanceof WebAPIRateLimitedError ? error.retryAfter : error }
    }
  }
  return { done: times }
}

describe('rate limits', () => {
  it('a tier gives its calls per minute, then 429 until the oldest of them is a minute old', async () => {
    let nowMs = 1_732_182_000_000
    const server = await standIn({ now: () => nowMs })
    const { conversations, users } = clientOf(server)
    const list = () => conversations.list()
    expect(await untilLimited(25, list)).toEqual({ done: 20, retryAfter: 60 })
    nowMs += 59_500
    expect(await untilLimited(1, list)).toEqual({ done: 0, retryAfter: 1 })
    // Every method has a budget of its own.
    expect(await untilLimited(1, () => users.info({ user: 'U0ADA' }))).toEqual({ done: 1 })
    nowMs += 500
    expect(await untilLimited(25, list)).toEqual({ done: 20, retryAfter: 60 })
    expect(server.slack.calls.filter(({ outcome }) => outcome === 'ratelimited')).toHaveLength(3)
  })

  it('posting is limited to about one a second in each channel by itself', async () => {
    let nowMs = 1_732_182_000_000
    const server = await standIn({ now: () => nowMs })
    const { chat } = clientOf(server)
    const post = (to: string) => () => chat.postMessage({ channel: to, text: 'hi' })
    expect(await untilLimited(9, post(channel))).toEqual({ done: 5, retryAfter: 5 })
    expect(await untilLimited(9, post('C0ENG'))).toEqual({ done: 5, retryAfter: 5 })
    nowMs += 5_000
    expect(await untilLimited(1, post(channel))).toEqual({ done: 1 })
  })

  it('can be switched off, though sizes cannot', async () => {
    const server = await standIn({ limits: 'off' })
    const { chat } = clientOf(server)
    expect(await untilLimited(30, () => chat.postMessage({ channel, text: 'hi' }))).toEqual({ done: 30 })
    const long = chat.postMessage({ channel, markdown_text: 'x'.repeat(12_001) })
    expect(await refusalOf(long)).toBe('msg_too_long')
  })
})

describe('faults', () => {
  const post = { method: 'chat.postMessage' }

  it('are committed on the next call only, before or after the work', async () => {
    const server = await standIn()
    const { chat } = clientOf(server)
    const { slack } = server
    const { faults, calls } = slack
    const say = (text: string) => refusalOf(chat.postMessage({ channel, text }))

    faults.plan({ ...post, kind: 'refused', code: 'not_in_channel' })
    expect(await say('one')).toBe('not_in_channel')
    faults.plan({ ...post, kind: 'server-error', status: 503 })
    expect(await say('two')).toMatch(/503/)
    faults.plan({ ...post, kind: 'server-error', afterCommit: true })
    expect(await say('three')).toMatch(/500/)
    faults.plan({ ...post, kind: 'cut' })
    expect(await say('four')).toMatch(/request/i)
    faults.plan({ ...post, kind: 'cut', afterCommit: true })
    expect(await say('five')).toMatch(/request/i)
    faults.plan({ ...post, kind: 'slow', delayMs: 1 })
    expect(await say('six')).toBe('ok')
    expect(slack.history(channel).map(({ text }) => text)).toEqual(['three', 'five', 'six'])
    expect(calls.map(({ outcome }) => outcome)).toEqual([
      'not_in_channel',
      'http 503',
      'http 500',
      'cut',
      'cut',
      'ok',
    ])
  })

  it('rate-limited says when to come back', async () => {
    const server = await standIn()
    server.slack.faults.plan({ ...post, kind: 'rate-limited', retryAfterMs: 1_500 })
    const call = () => clientOf(server).chat.postMessage({ channel, text: 'hi' })
    expect(await untilLimited(2, call)).toEqual({ done: 0, retryAfter: 2 })
  })
})
