import { randomBytes, randomUUID } from 'node:crypto'
import type { Fields } from './args.ts'
import { type Attempt, createAttemptLog } from './attempt.ts'
import { type CarrierOptions, createCarrier } from './carrier.ts'
import type { Envelope } from './entry.ts'
import type { AttemptOutcome } from './signed-post.ts'
import { verificationToken } from './tokens.ts'

export interface Delivery {
  readonly attempts: readonly Attempt[]
  /** Hands the payload to the app; an event is retried, a command or a button is tried once. */
  deliver(envelope: Omit<Envelope, 'id'>): void
  /** Resolves to whether the URL answered its challenge; only then is it used. Undefined: no URL. */
  setEventsUrl(url: string | undefined): Promise<boolean>
  /** Called once for each command or button, with the app's answer or undefined when there was none. */
  onAnswer(listener: AnswerListener): void
  close(): void
}

export interface DeliveryOptions extends CarrierOptions {
  readonly retryDelaysMs: readonly number[]
}

type AnswerListener = (envelope: Envelope, response: Fields | undefined) => void

export function createDelivery(options: DeliveryOptions): Delivery {
  const { world } = options
  const carrier = createCarrier(options)
  const log = createAttemptLog()
  const listeners: AnswerListener[] = []
  const closing = new AbortController()
  /** Left by an earlier run, with nobody connected yet to take them. */
  let left = world.unsettled()

  const attempt = async (envelope: Envelope, num: number, reason: string): Promise<AttemptOutcome> => {
    const { id: envelopeId, type, payload } = envelope
    const finish = log.begin({
      envelopeId,
      type,
      payload,
      retryNum: num,
      via: carrier.route(),
      atMs: world.now(),
    })
    const outcome = await carrier.carry(envelope, num > 0 ? { num, reason } : undefined)
    finish(outcome.acked ? 'acked' : outcome.reason)
    return outcome
  }
  const settle = (envelope: Envelope, response?: Fields) => {
    world.record({ kind: 'settled', envelopeId: envelope.id })
    if (envelope.type === 'events_api') return
    for (const listener of listeners) listener(envelope, response)
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
  /** Nobody retries a command: the person who typed it before the restart is told that it failed. */
  const resume = () => {
    const resumed = left
    left = []
    for (const envelope of resumed) {
      if (envelope.type === 'events_api') void run(envelope, 1)
      else settle(envelope)
    }
  }
  options.sockets.onOpen(resume)
  if (options.eventsUrl) setImmediate(resume)

  return {
    attempts: log.attempts,
    deliver(draft) {
      const envelope = { ...draft, id: randomUUID() }
      world.record({ kind: 'queued', envelope })
      void run(envelope, 0)
    },
    async setEventsUrl(url) {
      if (url !== undefined) {
        const challenge = challengeEnvelope()
        const { id: envelopeId, payload } = challenge
        const about = { envelopeId, payload, retryNum: 0, atMs: world.now() }
        const finish = log.begin({ ...about, type: 'url_verification', via: 'http' })
        const outcome = await carrier.post(challenge, url, undefined)
        const passedIt = answers(outcome, payload['challenge'])
        finish(passedIt ? 'acked' : outcome.acked ? 'http_error' : outcome.reason)
        if (!passedIt) return false
      }
      carrier.setUrl(url)
      if (url !== undefined) resume()
      return true
    },
    onAnswer: listener => void listeners.push(listener),
    close() {
      closing.abort()
      carrier.close()
    },
  }
}

const challengeEnvelope = (): Envelope => ({
  id: randomUUID(),
  type: 'events_api',
  payload: { type: 'url_verification', token: verificationToken, challenge: randomBytes(24).toString('hex') },
})

/** The challenge may come back as plain text or as JSON. */
const answers = (outcome: AttemptOutcome, challenge: unknown): boolean =>
  outcome.acked && [outcome.response?.['challenge'], outcome.response?.['text']].includes(challenge)

/** False when the wait was called off. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
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
