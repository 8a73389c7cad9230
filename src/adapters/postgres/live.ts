import { sql } from 'kysely'
import type { Clock } from '../../core/clock.ts'
import { toParleyError } from '../../core/errors.ts'
import type { Live, LiveAnswer, LiveEvent } from '../../core/live.ts'
import type { Log } from '../../core/log.ts'
import type { Signal } from '../../core/store.ts'
import type { Database } from './database.ts'
import { notify, signalChannel } from './signals.ts'
import { storedText } from './stored-text.ts'

/** An answer under way is written for other processes at most this often. */
const writeEveryMs = 250
/** Whoever watches says so this often, and is believed for twice as long: a lost word costs one round. */
const sayEveryMs = 20_000

export interface LiveOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

export interface LiveFeed extends Live {
  /** Lets go of everybody. */
  close(): void
}

/** An answer that this process writes, and what of it other processes were given. */
interface Own {
  answer: LiveAnswer
  writing: boolean
  written: LiveAnswer | undefined
}

/**
 * What goes on in Dialogues: at once within the process, and through the database to others that say they watch.
 * The embedded database has one process only, and holds nothing of it.
 */
export function createLive({ database, clock, log }: LiveOptions): LiveFeed {
  const listeners = new Map<string, Set<(event: LiveEvent) => void>>()
  const own = new Map<string, Own>()
  /** Until when somebody elsewhere watches a Dialogue. */
  const watchedUntilMs = new Map<string, number>()
  const closed = new AbortController()
  const alone = database.engine === 'embedded'

  const tell = (dialogueId: string, event: LiveEvent) => {
    for (const listener of listeners.get(dialogueId) ?? []) {
      try {
        listener(event)
      } catch (error) {
        log.error({ component: 'live', dialogueId, error }, 'one who watches failed')
      }
    }
  }

  function show(answer: LiveAnswer): void {
    const { dialogueId, turnId, snapshot } = answer
    const over = snapshot.state !== 'thinking' && snapshot.state !== 'streaming'
    if (over) own.delete(turnId)
    else {
      const known = own.get(turnId)
      if (known) known.answer = answer
      else own.set(turnId, { answer, writing: false, written: undefined })
      void write(turnId)
    }
    tell(dialogueId, { type: 'answer', answer })
  }

  /** Writes the newest state, then waits; goes on while there is a newer one and somebody to see it. */
  async function write(turnId: string): Promise<void> {
    const state = own.get(turnId)
    if (alone || !state || state.writing) return
    state.writing = true
    while (own.get(turnId) === state && state.written !== state.answer && isWatched(state)) {
      const answer = state.answer
      state.written = answer
      await save(database, answer).catch((thrown: unknown) =>
        log.debug(
          { component: 'live', turnId, error: toParleyError(thrown) },
          'an answer under way was not written',
        ),
      )
      await clock.sleep(writeEveryMs, closed.signal)
      if (closed.signal.aborted) return
    }
    state.writing = false
  }

  /** The first state always is: only by it do others learn that there is something to watch. */
  const isWatched = ({ answer, written }: Own) =>
    written === undefined || (watchedUntilMs.get(answer.dialogueId) ?? 0) > clock.nowMs()

  function watch(dialogueId: string, listener: (event: LiveEvent) => void): () => void {
    // Wrapped, because the same function may watch twice.
    const mine = (event: LiveEvent) => listener(event)
    const others = listeners.get(dialogueId) ?? new Set()
    listeners.set(dialogueId, others.add(mine))
    for (const { answer } of own.values())
      if (answer.dialogueId === dialogueId) mine({ type: 'answer', answer })
    if (!alone) {
      void say(dialogueId)
      void underWay({ dialogueId }, mine)
    }
    return () => {
      others.delete(mine)
      if (others.size === 0 && listeners.get(dialogueId) === others) listeners.delete(dialogueId)
    }
  }

  async function underWay(
    of: { readonly dialogueId: string } | { readonly turnId: string },
    listener: (event: LiveEvent) => void,
  ): Promise<void> {
    try {
      for (const answer of await read(database, of)) {
        if (own.has(answer.turnId)) continue
        // Just begun, perhaps by a process that does not know yet that it is watched.
        if (answer.snapshot.state === 'thinking') void say(answer.dialogueId)
        listener({ type: 'answer', answer })
      }
    } catch (thrown) {
      log.debug({ component: 'live', error: toParleyError(thrown) }, 'answers under way were not read')
    }
  }

  async function say(dialogueId: string): Promise<void> {
    await notify({ type: 'watch', dialogueId })
      .execute(database.handle)
      .catch((error: unknown) => log.debug({ component: 'live', dialogueId, error }, 'watching was not said'))
  }

  function hear(signal: Signal): void {
    if (signal.type === 'dialogue')
      return tell(signal.dialogueId, { type: 'changed', dialogueId: signal.dialogueId })
    if (alone) return
    if (signal.type === 'watch') {
      watchedUntilMs.set(signal.dialogueId, clock.nowMs() + 2 * sayEveryMs)
      for (const { answer } of own.values())
        if (answer.dialogueId === signal.dialogueId) void write(answer.turnId)
    }
    if (signal.type === 'answer' && listeners.has(signal.dialogueId) && !own.has(signal.turnId))
      void underWay(signal, event => tell(signal.dialogueId, event))
  }

  async function keepSaying(): Promise<void> {
    while (!closed.signal.aborted) {
      await clock.sleep(sayEveryMs, closed.signal)
      for (const [dialogueId, untilMs] of watchedUntilMs)
        if (untilMs <= clock.nowMs()) watchedUntilMs.delete(dialogueId)
      for (const dialogueId of listeners.keys()) if (!closed.signal.aborted) await say(dialogueId)
    }
  }

  const unlisten = database.signals.listen(hear)
  if (!alone) void keepSaying()
  return {
    show,
    letGo: turnId => void own.delete(turnId),
    watch,
    close() {
      unlisten()
      closed.abort()
      listeners.clear()
      own.clear()
    },
  }
}

/** Only while its Turn runs: its end takes the row away, and holding the Turn keeps that from coming in between. */
async function save({ handle }: Database, { dialogueId, turnId, snapshot }: LiveAnswer): Promise<void> {
  await sql`
    with running as (
      select id from turns where id = ${turnId} and state = 'running' for share
    ), written as (
      insert into live_answers (turn_id, state, text)
      select id, ${snapshot.state}, ${storedText(snapshot.text)} from running
      on conflict (turn_id) do update set state = excluded.state, text = excluded.text
      returning turn_id
    )
    select pg_notify(${signalChannel}, ${JSON.stringify({ type: 'answer', dialogueId, turnId } satisfies Signal)})
    from written`.execute(handle)
}

async function read(
  { handle }: Database,
  of: { readonly dialogueId: string } | { readonly turnId: string },
): Promise<readonly LiveAnswer[]> {
  const rows = await handle
    .selectFrom('live_answers')
    .innerJoin('turns', 'turns.id', 'live_answers.turn_id')
    .select(['turns.id', 'turns.dialogue_id', 'turns.answer_id', 'live_answers.state', 'live_answers.text'])
    .where('turns.state', '=', 'running')
    .where('turnId' in of ? 'turns.id' : 'turns.dialogue_id', '=', 'turnId' in of ? of.turnId : of.dialogueId)
    .execute()
  return rows.map(row => ({
    dialogueId: row.dialogue_id,
    turnId: row.id,
    messageId: row.answer_id,
    snapshot: { text: row.text, state: row.state },
  }))
}
