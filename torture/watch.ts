import type { Attempt } from '../src/sandbox/slack/attempt.ts'
import type { Household } from '../src/testing/household.ts'
import type { Happening } from './evidence.ts'
import type { History } from './history.ts'
import { markersIn, type Mind } from './model-mind.ts'

/** Keeps what the platforms and the provider saw, as they see it. */
export interface Watch {
  /** Writes down what is new. */
  look(): void
  /** Requests to the model that are open, and events that Slack will deliver again. */
  pending(): number
  /** What was acknowledged in the end, written down once. */
  conclude(): void
}

export function watch({ sandbox }: Household, history: History, mind: Mind, retries: number): Watch {
  const { slack, discord, model } = sandbox
  const seen = new WeakSet<object>()
  const fresh = <T extends object>(of: readonly T[]): readonly T[] => {
    const found: T[] = []
    // The newest are at the end, and older ones are forgotten from the beginning.
    for (let at = of.length - 1; at >= 0; at -= 1) {
      const one = of[at]
      if (!one || seen.has(one)) break
      seen.add(one)
      found.push(one)
    }
    return found.toReversed()
  }
  const look = () => {
    for (const { method, outcome } of fresh(slack.calls))
      history.add({ what: 'called', platform: 'slack', method, outcome })
    for (const { route, status } of fresh(discord.calls))
      history.add({ what: 'called', platform: 'discord', method: route, outcome: String(status ?? 'open') })
    for (const { messages } of fresh(model.requests)) {
      const last = messages.findLast(({ role }) => role === 'user')?.content ?? ''
      history.add({ what: 'model asked', question: markersIn(last).at(-1) ?? '' })
    }
    for (const book of fresh(model.books as readonly object[])) history.add(toTold(book, mind))
  }
  return {
    look,
    pending: () =>
      model.requests.filter(({ end }) => end === 'open').length + undelivered(slack.deliveries, retries),
    conclude() {
      look()
      for (const attempt of slack.deliveries) {
        const key = attempt.outcome === 'acked' ? keyOf(attempt) : undefined
        if (key) history.add({ what: 'acknowledged', ...key })
      }
      for (const attempt of lastTries(slack.deliveries)) {
        const key = attempt.outcome !== 'acked' && attempt.retryNum >= retries ? keyOf(attempt) : undefined
        if (key) history.add({ what: 'given up', ...key })
      }
    },
  }
}

function toTold(book: object, mind: Mind): Happening {
  const { prompt_tokens: input = 0, completion_tokens: output = 0 } = book as Record<string, number>
  const question = mind.questionOf(input)
  return { what: 'model told', input, output, ...(question === undefined ? {} : { question }) }
}

function lastTries(deliveries: readonly Attempt[]): readonly Attempt[] {
  return [...new Map(deliveries.map(attempt => [attempt.envelopeId, attempt] as const)).values()]
}

function undelivered(deliveries: readonly Attempt[], retries: number): number {
  return lastTries(deliveries).filter(
    ({ outcome, retryNum, type }) => outcome !== 'acked' && type === 'events_api' && retryNum < retries,
  ).length
}

/** Of an event about a message, under which name Parley keeps it: the channel and what happened to which message. */
function keyOf({ payload, type }: Attempt): { readonly channelId: string; readonly key: string } | undefined {
  const event = payload['event'] as Record<string, unknown> | undefined
  if (type !== 'events_api' || !event) return undefined
  const channelId = String(event['channel'])
  const message = event['message'] as { readonly ts: string; readonly subtype?: string } | undefined
  switch (event['subtype'] ?? event['type']) {
    case 'message':
    case 'app_mention':
      return { channelId, key: `message:${String(event['ts'])}` }
    case 'message_deleted':
      return { channelId, key: `delete:${String(event['deleted_ts'])}` }
    case 'message_changed': {
      if (!message) return undefined
      if (message.subtype === 'tombstone') return { channelId, key: `delete:${message.ts}` }
      const edited = (message as { readonly edited?: { readonly ts: string } }).edited
      return { channelId, key: `edit:${message.ts}:${edited?.ts ?? String(event['event_ts'])}` }
    }
    default:
      return undefined
  }
}
