import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { signedPost } from '../src/sandbox/slack/signed-post.ts'
import { practiceTokens } from '../src/sandbox/slack/tokens.ts'
import { nowMs } from './turn-clock.ts'
import type { Seat } from './turn-round.ts'

const everyMs = 10

/** How long each of a hundred signed events a second waits for its answer, and how many of them were not taken. */
export async function measureAcceptance(
  { platforms, contestant }: Seat,
  forMs: number,
): Promise<{ readonly times: readonly number[]; readonly refused: number }> {
  const example = platforms.slack.deliveries.find(
    ({ type, payload }) => type === 'events_api' && JSON.stringify(payload).includes('"type":"message"'),
  )
  if (!example) throw new Error('Slack has not delivered a message yet.')
  const url = `${contestant.url}/slack/events`
  const posts: ReturnType<typeof post>[] = []
  const startedAtMs = nowMs()
  for (let sent = 0; sent * everyMs < forMs; sent += 1) {
    const waitMs = startedAtMs + sent * everyMs - nowMs()
    if (waitMs > 0) await pause(waitMs)
    posts.push(post(url, anew(example.payload, sent)))
  }
  const answered = await Promise.all(posts)
  return {
    times: answered.map(({ timeMs }) => timeMs),
    refused: answered.filter(({ taken }) => !taken).length,
  }
}

/** The same kind of message, said at another time: nobody is mentioned, so it is stored and not answered. */
function anew(payload: Readonly<Record<string, unknown>>, number: number): string {
  const ts = `${Math.floor(Date.now() / 1_000)}.${String(number).padStart(6, '0')}`
  const event = payload['event'] as Readonly<Record<string, unknown>>
  return JSON.stringify({
    ...payload,
    event_id: `Ev${randomUUID()}`,
    event: { ...event, type: 'message', text: 'just talking', ts, event_ts: ts, client_msg_id: randomUUID() },
  })
}

async function post(url: string, body: string) {
  const atMs = nowMs()
  const outcome = await signedPost(
    { body, contentType: 'application/json' },
    {
      url,
      signingSecret: practiceTokens.signingSecret,
      nowMs: Date.now(),
      timeoutMs: 10_000,
    },
  )
  return { timeMs: nowMs() - atMs, taken: outcome.acked }
}
