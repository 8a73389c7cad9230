import { SocketModeClient } from '@slack/socket-mode'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import { clientOptions, toSlackLogger } from './client.ts'
import { toSlackError } from './errors.ts'
import type { Delivery, Intake } from './intake.ts'
import { toMrkdwn } from './markdown.ts'

export interface Sockets {
  /** Opens every socket and keeps it open, with growing pauses after failures. Returns at once. */
  start(): void
  /** True when at least one socket is open. */
  connected(): boolean
  everConnected(): boolean
  /** The last failure to connect, until a socket is open. */
  error(): string | undefined
  stop(): Promise<void>
}

export interface SocketsDependencies {
  readonly appToken: string
  readonly apiUrl: string
  readonly count: number
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
}

/** Slack says hello within a second; one that never does is left. */
const helloWithinMs = 15_000
const firstPauseMs = 500
const longestPauseMs = 30_000
/** A socket that lived this long was healthy: its successor is opened without a pause. */
const healthyAfterMs = 10_000
/** A store that does not answer is not waited for: what is not acknowledged is delivered again. */
const drainWithinMs = 10_000
/** A peer that does not answer the closing handshake is not waited for. */
const closeWithinMs = 2_000

const kinds: Record<string, Delivery['kind']> = {
  events_api: 'event',
  slash_commands: 'command',
  interactive: 'interaction',
}

interface Envelope {
  readonly type: string
  readonly body: unknown
  readonly ack: (response?: Record<string, unknown>) => Promise<void>
}

/**
 * Socket Mode with several sockets, because Slack closes each now and then. Each is watched here and not by the SDK,
 * whose own reconnecting leaves 5 s without a socket and ends the process when it fails.
 */
export function createSockets(deps: SocketsDependencies): Sockets {
  const leaving = new AbortController()
  const open = new Set<SocketModeClient>()
  let everConnected = false
  let failure: string | undefined
  let lines: readonly Promise<void>[] = []
  let accepting = true
  const handling = new Set<Promise<void>>()
  const left = new Promise<void>(resolve => {
    leaving.signal.addEventListener('abort', () => resolve(), { once: true })
  })

  async function keepLine(): Promise<void> {
    let pauseMs = firstPauseMs
    while (!leaving.signal.aborted) {
      const livedMs = await liveOnce()
      pauseMs = livedMs >= healthyAfterMs ? 0 : Math.min(Math.max(pauseMs, firstPauseMs) * 2, longestPauseMs)
      await deps.clock.sleep(pauseMs, leaving.signal)
    }
  }

  /** One socket from its opening to its end; resolves with how long it was open. */
  async function liveOnce(): Promise<number> {
    const client = new ParleySocket(deps, take)
    const ended = new Promise<void>(resolve => client.once('disconnected', () => resolve()))
    try {
      await openWithin(client)
    } catch (thrown) {
      failure = thrown instanceof Error ? thrown.message : 'Slack closed the socket.'
      deps.log.warn({ reason: failure }, 'no socket to Slack')
      await close(client)
      return 0
    }
    const sinceMs = deps.clock.nowMs()
    open.add(client)
    everConnected = true
    failure = undefined
    await Promise.race([ended, left])
    open.delete(client)
    if (leaving.signal.aborted) await close(client)
    return deps.clock.nowMs() - sinceMs
  }

  async function openWithin(client: SocketModeClient): Promise<void> {
    const patience = new AbortController()
    const hello = client.start().then(
      () => undefined,
      (thrown: unknown) => {
        throw thrown === undefined
          ? new Error('Slack closed the socket.')
          : toSlackError('apps.connections.open', thrown)
      },
    )
    const silence = deps.clock
      .sleep(helloWithinMs, AbortSignal.any([patience.signal, leaving.signal]))
      .then(() => {
        if (!patience.signal.aborted) throw new Error('Slack did not say hello.')
      })
    try {
      await Promise.race([hello, silence])
    } finally {
      patience.abort()
      hello.catch((thrown: unknown) => deps.log.debug({ error: thrown }, 'a left socket failed'))
    }
  }

  async function close(client: SocketModeClient): Promise<void> {
    const patience = new AbortController()
    await Promise.race([client.disconnect(), deps.clock.sleep(closeWithinMs, patience.signal)])
    patience.abort()
  }

  async function take(envelope: Envelope): Promise<void> {
    if (!accepting) return
    const handled = handle(envelope)
    handling.add(handled)
    await handled
    handling.delete(handled)
  }

  /** Acknowledged only when stored: Slack delivers again what was not. */
  async function handle({ type, body, ack }: Envelope): Promise<void> {
    const kind = kinds[type]
    try {
      if (!kind) return await ack()
      const taken = await deps.intake.take({ kind, body })
      const { reply } = taken.received
      await ack(
        kind === 'command' && reply !== undefined
          ? { response_type: 'ephemeral', text: toMrkdwn(reply) }
          : undefined,
      )
      taken.acknowledged()
      if (kind === 'interaction') void taken.whisper()
    } catch (error) {
      deps.log.error({ error, reason: type }, 'an envelope was not acknowledged')
    }
  }

  return {
    start() {
      lines = Array.from({ length: deps.count }, keepLine)
    },
    connected: () => open.size > 0,
    everConnected: () => everConnected,
    error: () => (open.size > 0 ? undefined : failure),
    async stop() {
      accepting = false
      const patience = new AbortController()
      await Promise.race([Promise.all(handling), deps.clock.sleep(drainWithinMs, patience.signal)])
      patience.abort()
      leaving.abort()
      await Promise.all(lines)
    },
  }
}

/**
 * The SDK's client, which 3.1.0 lets an envelope without an inner event end the process: such an envelope, and any
 * other failure to read one, stops here.
 */
class ParleySocket extends SocketModeClient {
  readonly #log: Log
  readonly #handle: (envelope: Envelope) => Promise<void>

  constructor({ appToken, apiUrl, log }: SocketsDependencies, handle: (envelope: Envelope) => Promise<void>) {
    super({
      appToken,
      autoReconnectEnabled: false,
      logger: toSlackLogger(log),
      clientOptions: clientOptions({ apiUrl, log }),
    })
    this.#log = log
    this.#handle = handle
    this.on('slack_event', (envelope: Envelope) => void this.#handle(envelope))
  }

  protected override async onWebSocketMessage(data: string | ArrayBuffer, isBinary: boolean): Promise<void> {
    try {
      const eventless = isBinary ? undefined : readEventless(data)
      if (eventless === undefined) return await super.onWebSocketMessage(data, isBinary)
      const acknowledgement = JSON.stringify({ envelope_id: eventless.envelopeId, payload: {} })
      await this.#handle({
        type: 'events_api',
        body: eventless.payload,
        ack: async () => this.websocket?.send(acknowledgement, error => error && this.emit('error', error)),
      })
    } catch (error) {
      this.#log.error({ error }, 'a frame from Slack could not be read')
    }
  }
}

/** An `events_api` envelope whose payload holds no event, such as the word that there were too many. */
function readEventless(data: string | ArrayBuffer): { envelopeId: string; payload: unknown } | undefined {
  const text = typeof data === 'string' ? data : new TextDecoder().decode(data)
  if (!text.includes('"events_api"')) return undefined
  const frame: unknown = JSON.parse(text)
  if (typeof frame !== 'object' || frame === null || !('type' in frame) || frame.type !== 'events_api')
    return undefined
  const payload = 'payload' in frame ? frame.payload : undefined
  const event =
    typeof payload === 'object' && payload !== null && 'event' in payload ? payload.event : undefined
  if (typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string')
    return undefined
  const envelopeId = 'envelope_id' in frame ? String(frame.envelope_id) : ''
  return { envelopeId, payload }
}
