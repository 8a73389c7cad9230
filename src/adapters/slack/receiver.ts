import { lastWord } from '../../core/catalogue.ts'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import type { Delivery, Intake, Taken } from './intake.ts'
import { answerWithinMs, maxBodyBytes } from './limits.ts'
import { toMrkdwn } from './markdown.ts'
import { readBody, readDelivery } from './request.ts'
import { isSigned } from './signature.ts'

export interface Receiver {
  /** Answers one POST of Slack's: 200 only when what it delivers is stored. Never rejects. */
  handle(request: Request): Promise<Response>
}

export interface ReceiverDependencies {
  readonly intake: Intake
  readonly signingSecret: string | undefined
  readonly accepting: () => boolean
  readonly clock: Clock
  readonly log: Log
}

const late = Symbol('late')

/** Slack over HTTP: events, commands and interactions alike. Retries are taken like first tries: the inbox dedupes. */
export function createReceiver({
  intake,
  signingSecret,
  accepting,
  clock,
  log,
}: ReceiverDependencies): Receiver {
  async function handle(request: Request): Promise<Response> {
    if (signingSecret === undefined) return answer(404, 'Slack does not deliver to this address.')
    if (!accepting()) return answer(503, 'Leaving: try again.')
    const body = await readBody(request, maxBodyBytes)
    if (body === undefined) return answer(413, 'Too large.')
    const read = readDelivery(request.headers.get('content-type') ?? '', body)
    // Slack's own look at the certificate; nothing is done with it, so nobody has to sign it.
    if (read.kind === 'ssl_check') return answer(200, '')
    if (!isSigned({ headers: request.headers, body }, signingSecret, clock.nowMs())) {
      log.warn({ status: 401 }, 'a delivery with a wrong signature was refused')
      return answer(401, 'Wrong signature.')
    }
    if (read.kind === 'malformed') return answer(400, 'Not a delivery of Slack’s.')
    if (read.kind === 'url_verification') return Response.json({ challenge: read.challenge })
    return deliver(read)
  }

  async function deliver(delivery: Delivery): Promise<Response> {
    const taking = intake.take(delivery)
    const patience = new AbortController()
    const slow = clock.sleep(answerWithinMs, patience.signal).then(() => late)
    try {
      const taken = await Promise.race([taking, slow])
      if (typeof taken === 'symbol') return tooLate(delivery, taking)
      if (delivery.kind === 'interaction') void taken.whisper()
      taken.acknowledged()
      return acknowledge(delivery, taken)
    } catch (error) {
      log.error({ error }, 'a delivery could not be stored')
      return refuse(delivery)
    } finally {
      patience.abort()
    }
  }

  /** It goes on being stored. An event is delivered again and found there; a person hears of it when it is. */
  function tooLate(delivery: Delivery, taking: Promise<Taken>): Response {
    taking.then(
      taken => (delivery.kind === 'event' ? undefined : taken.whisper()),
      (error: unknown) => log.error({ error }, 'a delivery could not be stored'),
    )
    log.warn({ waitMs: answerWithinMs }, 'a delivery takes long to store')
    return delivery.kind === 'event' ? answer(503, 'Not stored yet: try again.') : answer(200, '')
  }

  return {
    async handle(request) {
      try {
        return await handle(request)
      } catch (error) {
        log.error({ error }, 'a delivery could not be read')
        return answer(500, '')
      }
    },
  }
}

function acknowledge({ kind }: Delivery, { received }: Taken): Response {
  if (kind !== 'command' || received.reply === undefined) return answer(200, '')
  return ephemeral(received.reply)
}

/** Slack delivers an event again after a 500. A command it never repeats, so its person is told. */
function refuse({ kind }: Delivery): Response {
  return kind === 'command' ? ephemeral(lastWord('failed', 'internal') ?? '') : answer(500, 'Not stored.')
}

function ephemeral(markdown: string): Response {
  return Response.json({ response_type: 'ephemeral', text: toMrkdwn(markdown) })
}

function answer(status: number, text: string): Response {
  return new Response(text, { status })
}
