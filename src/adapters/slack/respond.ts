import type { Log } from '../../core/log.ts'
import { toMrkdwn } from './markdown.ts'

/** Slack's own hosts for answers to a command. */
const slackHooks = ['hooks.slack.com', 'hooks.slack-gov.com']
const withinMs = 5_000

/**
 * Tells something to the person who typed a command, through the address that came with it: the only way into a
 * channel that Parley is not in. Best effort; never rejects.
 */
export type Respond = (url: string, markdown: string) => Promise<void>

export function createRespond({ apiUrl, log }: { readonly apiUrl: string; readonly log: Log }): Respond {
  const hosts = new Set([...slackHooks, new URL(apiUrl).host])
  return async (url, markdown) => {
    if (!URL.canParse(url) || !hosts.has(new URL(url).host)) return
    try {
      await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', text: toMrkdwn(markdown) }),
        redirect: 'error',
        signal: AbortSignal.timeout(withinMs),
      })
    } catch (error) {
      log.warn({ error }, 'a command could not be answered')
    }
  }
}
