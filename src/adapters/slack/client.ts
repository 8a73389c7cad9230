import { type Logger, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import type { Log } from '../../core/log.ts'
import { toSlackError } from './errors.ts'
import { callTimeoutMs } from './limits.ts'

/** Slack's Web API, one try a call: what to do after a failure depends on the call, and is decided by who made it. */
export interface SlackApi {
  /** Rejects with a SlackCallError only. */
  call<Result>(method: string, run: (web: WebClient) => Promise<Result>): Promise<Result>
}

export function createSlackApi(options: {
  readonly token: string
  readonly apiUrl: string
  readonly log: Log
  readonly timeoutMs?: number
}): SlackApi {
  const { timeoutMs = callTimeoutMs } = options
  const web = new WebClient(options.token, { ...clientOptions(options), timeout: timeoutMs })
  return {
    async call(method, run) {
      try {
        return await run(web)
      } catch (thrown) {
        throw toSlackError(method, thrown)
      }
    },
  }
}

/**
 * A new object for every client, because clients write into the one they are given: a shared `headers` has sent one
 * workspace's words with another's token, and a shared `retryConfig` has turned one try into a hundred.
 */
export function clientOptions(options: { readonly apiUrl: string; readonly log: Log }): WebClientOptions {
  return {
    slackApiUrl: options.apiUrl,
    timeout: callTimeoutMs,
    retryConfig: { retries: 0 },
    // Without it one 429 would halt every other call of the client.
    rejectRateLimitedCalls: true,
    logger: toSlackLogger(options.log),
  }
}

/** The SDKs' own lines, which hold whole messages at their debug level: only warnings pass, and those at ours. */
export function toSlackLogger(log: Log): Logger {
  const pass = (...words: unknown[]) =>
    log.debug({ reason: words.map(String).join(' ').slice(0, 300) }, 'slack sdk')
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: pass,
    error: pass,
    setLevel: () => undefined,
    setName: () => undefined,
    getLevel: () => LogLevel.WARN,
  }
}
