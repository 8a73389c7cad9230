import type { Fields } from './args.ts'
import type { Attempt } from './attempt.ts'
import type { Envelope } from './entry.ts'
import { type AttemptOutcome, bodyOf, signedPost } from './signed-post.ts'
import type { Sockets } from './sockets.ts'
import type { World } from './world.ts'

export interface Retry {
  readonly num: number
  readonly reason: string
}

/** Takes an envelope to the app once: to its URL when it has one, else to one of its sockets. */
export interface Carrier {
  route(): Attempt['via']
  carry(envelope: Envelope, retry: Retry | undefined): Promise<AttemptOutcome>
  /** One signed POST to this URL, whether or not it is the app's. */
  post(envelope: Envelope, url: string, retry: Retry | undefined): Promise<AttemptOutcome>
  setUrl(url: string | undefined): void
  /** Fails what still waits for its acknowledgement. */
  close(): void
}

export interface CarrierOptions {
  readonly world: World
  readonly sockets: Sockets
  readonly signingSecret: string
  readonly ackTimeoutMs: number
  readonly eventsUrl?: string | undefined
}

export function createCarrier({
  world,
  sockets,
  signingSecret,
  ackTimeoutMs,
  eventsUrl,
}: CarrierOptions): Carrier {
  const awaited = new Map<string, (outcome: AttemptOutcome) => void>()
  let url = eventsUrl
  sockets.onAck((id, response) => awaited.get(id)?.({ acked: true, ...(response && { response }) }))

  const post: Carrier['post'] = (envelope, to, retry) =>
    signedPost(bodyOf(envelope), {
      url: to,
      signingSecret,
      nowMs: world.now(),
      timeoutMs: ackTimeoutMs,
      ...(retry && { retry }),
    })
  const send = (envelope: Envelope, retry: Retry | undefined) =>
    new Promise<AttemptOutcome>(resolve => {
      const settle = (outcome: AttemptOutcome) => {
        clearTimeout(timer)
        awaited.delete(envelope.id)
        resolve(outcome)
      }
      const timer = setTimeout(() => settle({ acked: false, reason: 'timeout' }), ackTimeoutMs).unref()
      awaited.set(envelope.id, settle)
      if (!sockets.send(frameOf(envelope, retry))) settle({ acked: false, reason: 'connection_failed' })
    })
  return {
    post,
    route: () => (url !== undefined ? 'http' : sockets.count() > 0 ? 'socket' : 'nowhere'),
    carry: (envelope, retry) => (url === undefined ? send(envelope, retry) : post(envelope, url, retry)),
    setUrl: to => void (url = to),
    close() {
      for (const settle of awaited.values()) settle({ acked: false, reason: 'connection_failed' })
    },
  }
}

const frameOf = (envelope: Envelope, retry: Retry | undefined): Fields => ({
  envelope_id: envelope.id,
  type: envelope.type,
  payload: envelope.payload,
  accepts_response_payload: envelope.type !== 'events_api',
  ...(envelope.type === 'events_api' && {
    retry_attempt: retry?.num ?? 0,
    retry_reason: retry?.reason ?? '',
  }),
})
