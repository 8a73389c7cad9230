import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Log } from '../../core/log.ts'
import type { Signal, Signals } from '../../core/store.ts'
import { platforms } from '../../core/thread.ts'

export const signalChannel = 'parley'

const signalShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), kind: z.string() }),
  z.object({ type: z.literal('stop'), turnId: z.string() }),
  z.object({ type: z.literal('dialogue'), dialogueId: z.string() }),
  z.object({ type: z.literal('answer'), dialogueId: z.string(), turnId: z.string() }),
  z.object({ type: z.literal('watch'), dialogueId: z.string() }),
  z.object({
    type: z.literal('audience'),
    platform: z.enum(platforms),
    workspaceId: z.string(),
    channelId: z.string().optional(),
  }),
  z.object({ type: z.literal('session'), sessionId: z.string() }),
])

/** Tells every process, once the transaction it is run in has committed; the same word twice is sent once. */
export function notify(signal: Signal): RawBuilder<unknown> {
  return sql`select pg_notify(${signalChannel}, ${JSON.stringify(signal)})`
}

/** The same, for the `returning` of a statement that changes one row. */
export function toldOf(signal: Signal): RawBuilder<null> {
  return sql`pg_notify(${signalChannel}, ${JSON.stringify(signal)})`
}

/**
 * The same word of a Dialogue, for the statement that changes its row: a statement of its own would be another way to
 * the server and back, several times in every Turn.
 */
export const dialogueTold = sql<null>`pg_notify(${signalChannel},
  json_build_object('type', 'dialogue', 'dialogueId', dialogues.id)::text)`

/** The same word of a job, for a statement that looks at its row. */
export const jobTold = sql<null>`pg_notify(${signalChannel},
  json_build_object('type', 'job', 'kind', jobs.kind)::text)`

/** Those who listen in this process. */
export interface SignalHub extends Signals {
  /** Hands on what the database sent. */
  receive(payload: string): void
}

export function createSignalHub(log: Log): SignalHub {
  const listeners = new Set<(signal: Signal) => void>()
  return {
    listen(listener) {
      // Wrapped, because the same function may listen twice and each stop must end one of the two.
      const own = (signal: Signal) => listener(signal)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
    receive(payload) {
      const signal = parseSignal(payload)
      if (!signal) return log.debug({ component: 'database' }, 'a signal of another version was left out')
      for (const listener of listeners) {
        try {
          listener(signal)
        } catch (error) {
          log.error({ component: 'database', error }, 'a listener failed')
        }
      }
    },
  }
}

function parseSignal(payload: string): Signal | undefined {
  try {
    return signalShape.safeParse(JSON.parse(payload)).data
  } catch {
    return undefined
  }
}
