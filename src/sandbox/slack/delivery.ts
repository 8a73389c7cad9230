import { randomBytes, randomUUID } from 'node:crypto'
import type { Fields } from './args.ts'
import type { Envelope } from './entry.ts'
import { type AttemptOutcome, bodyOf, signedPost } from './signed-post.ts'
import type { Sockets } from './sockets.ts'
import { verificationToken } from './tokens.ts'
import type { World } from './world.ts'

/** One attempt to deliver, and what became of it. */
export interface Attempt {
  readonly envelopeId: string
  readonly type: Envelope['type'] | 'url_verification'
  readonly payload: Fields
  /** 0 for the first, then the number of the retry. */
  readonly retryNum: number
  readonly via: 'socket' | 'http' | 'nowhere'
  readonly atMs: number
  readonly outcome: 'waiting' | 'acked' | Exclude<AttemptOutcome, { acked: true }>['reason']
}

export interface Delivery {
  readonly attempts: readonly Attempt[]
  /** Hands the payload to the app; an event is retried, a command or a button is tried once. */
  deliver(envelope: Omit<Envelope, 'id'>): void
  /** Resolves once the URL answered its challenge, true, or failed to, false and then it is not used. */
  setEventsUrl(url: string | undefined): Promise<boolean>
  /** Called once for each command or button, with the app's answer or undefined when there was none. */
  onAnswer(listener: (envelope: Envelope, response: Fields | undefined) => void): void
  close(): void
}

export interface DeliveryOptions {
  readonly world: World
  readonly sockets: Sockets
  readonly signingSecret: string
  readonly ackTimeoutMs: number
  readonly retryDelaysMs: readonly number[]
  readonly eventsUrl?: string | undefined
}

/** Old attempts are forgotten beyond this, so that a sandbox left open for days stays small. */
const keptAttempts = 10_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { world, sockets } = options
  const attempts: Attempt[] = []
  const awaited = new Map<string, (outcome: AttemptOutcome) => void>()
  const answerListeners: ((envelope: Envelope, response: Fields | undefined) => void)[] = []
  const closing = new AbortController()
  /** Left by an earlier run, with nobody connected yet to take them. */
  let left = world.unsettled()
  let eventsUrl = options.eventsUrl

  const log = (attempt: Attempt) => {
    attempts.push(attempt)
    if (attempts.length > keptAttempts) attempts.shift()
    return (outcome: Attempt['outcome']) => {
      const at = attempts.indexOf(attempt)
      if (at >= 0) attempts[at] = { ...attempt, outcome }
    }
  }
  const post = (envelope: Envelope, url: string, retry: { num: number; reason: string } | undefined) =>
    signedPost(bodyOf(envelope), {
      url,
      signingSecret: options.signingSecret,
      nowMs: world.now(),
      timeoutMs: options.ackTimeoutMs,
      ...(retry && { retry }),
    })
  const sendToSocket = (envelope: Envelope, retry: { num: number; reason: string } | undefined) =>
    new Promise<AttemptOutcome>(resolve => {
      const settle = (outcome: AttemptOutcome) => {
        clearTimeout(timer)
        awaited.delete(envelope.id)
        resolve(outcome)
      }
      const timer = setTimeout(
        () => settle({ acked: false, reason: 'timeout' }),
        options.ackTimeoutMs,
      ).unref()
      awaited.set(envelope.id, settle)
      if (!sockets.send(frameOf(envelope, retry))) settle({ acked: false, reason: 'connection_failed' })
    })
  const attempt = async (envelope: Envelope, num: number, reason: string): Promise<AttemptOutcome> => {
    const retry = num > 0 ? { num, reason } : undefined
    const via = eventsUrl ? 'http' : sockets.count() > 0 ? 'socket' : 'nowhere'
    const finish = log({
      envelopeId: envelope.id,
      type: envelope.type,
      payload: envelope.payload,
      retryNum: num,
      via,
      atMs: world.now(),
      outcome: 'waiting',
    })
    const outcome = await (eventsUrl ? post(envelope, eventsUrl, retry) : sendToSocket(envelope, retry))
    finish(outcome.acked ? 'acked' : outcome.reason)
    return outcome
  }
  const run = async (envelope: Envelope, firstNum: number) => {
    let reason = 'timeout'
    for (let num = firstNum; ; num += 1) {
      const outcome = await attempt(envelope, num, reason)
      // What is in the air when the stand-in closes stays unsettled, for the next run to deliver.
      if (closing.signal.aborted) return
      if (outcome.acked) return settle(envelope, outcome.response ?? {})
      const delayMs = options.retryDelaysMs[num]
      if (envelope.type !== 'events_api' || outcome.noRetry || delayMs === undefined) return settle(envelope)
      reason = outcome.reason
      if (!(await passed(delayMs, closing.signal))) return
    }
  }
  const settle = (envelope: Envelope, response?: Fields) => {
    world.record({ kind: 'settled', envelopeId: envelope.id })
    if (envelope.type === 'events_api') return
    for (const listener of answerListeners) listener(envelope, response)
  }
  /** Nobody retries a command: the person who typed it before the restart is told that it failed. */
  const resume = () => {
    const resumed = left
    left = []
    for (const envelope of resumed) {
      if (envelope.type === 'events_api') void run(envelope, 1)
      else settle(envelope)
    }
  }
  sockets.onOpen(resume)
  sockets.onAck((id, response) => awaited.get(id)?.({ acked: true, ...(response && { response }) }))
  if (eventsUrl) setImmediate(resume)

  return {
    attempts,
    deliver(draft) {
      const envelope = { ...draft, id: randomUUID() }
      world.record({ kind: 'queued', envelope })
      void run(envelope, 0)
    },
    async setEventsUrl(url) {
      if (url === undefined) {
        eventsUrl = undefined
        return true
      }
      const challenge = randomBytes(24).toString('hex')
      const payload = { type: 'url_verification', token: verificationToken, challenge }
      const envelope: Envelope = { id: randomUUID(), type: 'events_api', payload }
      const base = { envelopeId: envelope.id, payload, retryNum: 0, atMs: world.now() }
      const finish = log({ ...base, type: 'url_verification', via: 'http', outcome: 'waiting' })
      const outcome = await post(envelope, url, undefined)
      const said = outcome.acked ? (outcome.response?.['challenge'] ?? outcome.response?.['text']) : undefined
      finish(outcome.acked ? (said === challenge ? 'acked' : 'http_error') : outcome.reason)
      if (said !== challenge) return false
      eventsUrl = url
      resume()
      return true
    },
    onAnswer: listener => void answerListeners.push(listener),
    close() {
      closing.abort()
      for (const settleOne of awaited.values()) settleOne({ acked: false, reason: 'connection_failed' })
    },
  }
}

const frameOf = (envelope: Envelope, retry: { num: number; reason: string } | undefined): Fields => ({
  envelope_id: envelope.id,
  type: envelope.type,
  payload: envelope.payload,
  accepts_response_payload: envelope.type !== 'events_api',
  ...(envelope.type === 'events_api' && {
    retry_attempt: retry?.num ?? 0,
    retry_reason: retry?.reason ?? '',
  }),
})

/** False when the wait was called off. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve(false)
    const done = (whole: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      resolve(whole)
    }
    const stop = () => done(false)
    const timer = setTimeout(() => done(true), ms).unref()
    signal.addEventListener('abort', stop)
  })
}
