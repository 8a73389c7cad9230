import type pg from 'pg'
import type { Log } from '../../core/log.ts'
import { toDatabaseFailure } from './failures.ts'
import { type SignalHub, signalChannel } from './signals.ts'

/** Waits between attempts to reconnect: growing to this, for ever. */
const longestWaitMs = 5_000
/** A server that vanished without a word is found out by asking it. */
const usualAsking: Asking = { everyMs: 10_000, answerWithinMs: 8_000 }

export interface Asking {
  readonly everyMs: number
  /** Less than that: one question at a time. */
  readonly answerWithinMs: number
}

export interface Listener {
  stop(): Promise<void>
}

export interface ListenerOptions {
  readonly log: Log
  readonly hub: SignalHub
  readonly asking?: Asking
  /** Called when the server does not answer, though nobody ended the connection: then no other one is answered either. */
  readonly vanished: () => void
}

/** Listens on a connection of its own, and makes a new one whenever that one is lost. Rejects when the first fails. */
export async function startListener(
  makeClient: () => pg.Client,
  { log, hub, vanished, asking: often = usualAsking }: ListenerOptions,
): Promise<Listener> {
  let client: pg.Client | undefined
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let attempts = 0

  async function connect(): Promise<void> {
    const fresh = makeClient()
    const lost = () => {
      if (client !== fresh) return
      client = undefined
      if (!stopped) again(new Error('the connection ended'))
    }
    // Without a listener, `error` would end the process.
    fresh.on('error', lost)
    fresh.on('end', lost)
    fresh.on('notification', ({ payload }) => hub.receive(payload ?? ''))
    const deaf = setTimeout(() => fresh.connection.stream.destroy(), often.answerWithinMs)
    try {
      await fresh.connect()
      await fresh.query(`listen ${signalChannel}`)
    } catch (thrown) {
      await hangUp(fresh)
      throw thrown
    } finally {
      clearTimeout(deaf)
    }
    if (stopped) return hangUp(fresh)
    client = fresh
    attempts = 0
  }

  function again(error: unknown): void {
    attempts += 1
    const waitMs = Math.min(longestWaitMs, 100 * 2 ** attempts)
    log.warn(
      { component: 'database', attempt: attempts, waitMs, error: toDatabaseFailure(error) },
      'signals are not heard; listening again',
    )
    retry = setTimeout(() => void connect().catch(thrown => (stopped ? undefined : again(thrown))), waitMs)
  }

  await connect()
  const asking = setInterval(() => void ask(client, often.answerWithinMs, vanished), often.everyMs)
  asking.unref()
  return {
    async stop() {
      stopped = true
      clearInterval(asking)
      clearTimeout(retry)
      const last = client
      client = undefined
      if (last) await hangUp(last)
    },
  }
}

/** Ends a connection that does not answer; its `end` then makes a new one. */
async function ask(
  client: pg.Client | undefined,
  answerWithinMs: number,
  vanished: () => void,
): Promise<void> {
  if (!client) return
  const giveUp = () => {
    vanished()
    void hangUp(client)
  }
  let looking: NodeJS.Immediate | undefined
  // A process that was held up itself reads first what came meanwhile.
  const deaf = setTimeout(
    () => (looking = setImmediate(() => (looking = setImmediate(giveUp)))),
    answerWithinMs,
  )
  try {
    await client.query('select 1')
  } catch {
    await hangUp(client)
  } finally {
    clearTimeout(deaf)
    clearImmediate(looking)
  }
}

async function hangUp(client: pg.Client): Promise<void> {
  const closed = client.end()
  // A peer that is gone never confirms the end.
  const giveUp = setTimeout(() => client.connection.stream.destroy(), 1_000)
  try {
    await closed
  } catch {
    client.connection.stream.destroy()
  } finally {
    clearTimeout(giveUp)
  }
}
