import { onTestFinished, vi } from 'vitest'
import { WebClient } from '@slack/web-api'
import { type SlackServer, serveSlack } from '../serve.ts'
import type { SlackOptions } from '../slack.ts'
import { practiceTokens } from '../tokens.ts'

/** Everything a library would print while connections break on purpose. */
export const silence = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as never,
  setName() {},
}

/** A served stand-in that closes with the test. */
export async function standIn(options: SlackOptions = {}): Promise<SlackServer> {
  const server = await serveSlack(options)
  onTestFinished(() => server.close())
  return server
}

/** Slack's own client, told to give up at once, so that each refusal is seen. */
export const clientOf = ({ apiUrl }: SlackServer, token: string = practiceTokens.bot): WebClient =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    logger: silence,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })

/** The error code with which Slack refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const data = (error as { readonly data?: { readonly error?: string } }).data
    return data?.error ?? String(error)
  }
  return 'ok'
}

export const eventually = <Value>(check: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(check, { timeout: 8_000, interval: 5 })

/** Nothing is in the air: a client that is shut down while it acknowledges throws where nobody can catch it. */
export const quiet = ({ slack }: SlackServer): Promise<void> =>
  eventually(() => {
    if (slack.deliveries.some(({ outcome }) => outcome === 'waiting')) throw new Error('still delivering')
  })
