import type { Part, PartLedger } from '../../core/part.ts'
import type { Step } from '../../core/trail.ts'
import { isSlackCode, SlackCallError } from './errors.ts'
import { createLateness, type LatenessOptions } from './lateness.ts'
import { nextAppend, type Piece } from './layout.ts'
import { maxAppendLength } from './limits.ts'
import { findPosted, findStrays, type Lookup } from './outcomes.ts'
import type { PartCalls } from './part-calls.ts'

/** What a Part shows, as far as it is known. */
export interface Shown {
  readonly part: Part
  /** Absent while the outcome of posting it is unknown. */
  readonly ref?: string
  /** `doubtful`: a stream that may be open, with a text that is not known. */
  readonly stream: 'open' | 'doubtful' | 'closed'
  readonly text: string | undefined
  readonly stoppable: boolean
  readonly startedAtMs: number
}

/**
 * Changes the Parts of one answer, one call to Slack at a time, and keeps what is known of each: in the ledger before
 * and after the call, and here. A call whose outcome is not known leaves its Part in a state that says so.
 */
export interface PartWriter {
  /** By ordinal, removed ones left out. */
  readonly parts: ReadonlyMap<number, Shown>
  /** True while new text goes into streams; once false, Parts are posted and rewritten as a whole. */
  streams(): boolean
  stopStreaming(): void
  /** The native Stop button was pressed. */
  stoppedByPerson(): boolean
  /** A stream of this answer made Slack say that it is being worked on, and did not take that back by its own end. */
  leftSession(): boolean
  /** From when on every message that no Part has is there to be swept; undefined when there can be none. */
  sweepFromMs(): number | undefined
  /**
   * Makes the Parts whose lost updates may still come forget what they show, and gives when they have come; undefined
   * when there are none.
   */
  forgetOvertaken(): number | undefined
  start(ordinal: number, piece: Piece): Promise<void>
  post(ordinal: number, piece: Piece): Promise<void>
  recover(shown: Shown): Promise<void>
  append(shown: Shown, text: string): Promise<void>
  /** Ends a stream with its last words; `last` when it is the last of the answer. */
  close(shown: Shown, rest: string, last: boolean): Promise<void>
  rewrite(shown: Shown, piece: Piece): Promise<void>
  remove(shown: Shown): Promise<void>
  /** Deletes messages of this answer that no Part has. */
  sweep(): Promise<void>
}

export interface PartWriterDependencies extends LatenessOptions {
  readonly calls: PartCalls
  readonly ledger: PartLedger
  readonly lookup: Lookup
  readonly mark: (step: Step, detail: string) => void
  /** Slack does not know streams here. */
  readonly noStreams: () => void
}

/** Slack closed the stream already; nothing was added to it. */
const streamOver = ['message_not_in_streaming_state', 'stopped_by_user'] as const

export function createPartWriter(deps: PartWriterDependencies, onRecord: readonly Part[]): PartWriter {
  const { calls, ledger, lookup, mark, lateUntilMs } = deps
  const parts = new Map<number, Shown>()
  for (const part of onRecord) {
    if (part.state !== 'removed' && part.ordinal >= 0) parts.set(part.ordinal, asRecorded(part))
  }
  // An answer that was begun before is rewritten: what its streams hold is not known.
  let streaming = parts.size === 0
  let stopped = false
  let working = false
  // What somebody before gave up may have been posted all the same.
  let strays = lateUntilMs > 0 && onRecord.length > 0
  const late = createLateness(deps)
  if (lateUntilMs > 0)
    for (const { part, ref } of parts.values())
      if (ref !== undefined) late.updateLost(part.ordinal, lateUntilMs)

  const set = (shown: Shown) => void parts.set(shown.part.ordinal, shown)

  async function plan(ordinal: number, streaming: boolean): Promise<Part> {
    const part = await ledger.plan(ordinal, { streaming })
    late.posting(part.id)
    return part
  }

  async function start(ordinal: number, piece: Piece): Promise<void> {
    const part = await plan(ordinal, true)
    const text = nextAppend(piece.text, maxAppendLength)
    mark('part.planned', `part ${ordinal}, as a stream`)
    const worked = working
    try {
      working = true
      const ref = await calls.start(text)
      await keep(part, ref, { stream: 'open', text, stoppable: false })
    } catch (thrown) {
      await missed(part, thrown)
      if (
        !(thrown instanceof SlackCallError) ||
        thrown.outcome !== 'refused' ||
        thrown.code === 'platform_auth'
      )
        throw thrown
      working = worked
      // Whatever Slack has against a stream here, a plain message may do; if not, its refusal says more.
      streaming = false
      if (isSlackCode(thrown, 'unknown_method', 'feature_not_enabled', 'not_allowed_token_type'))
        deps.noStreams()
    }
  }

  async function post(ordinal: number, piece: Piece): Promise<void> {
    const part = await plan(ordinal, false)
    mark('part.planned', `part ${ordinal}`)
    try {
      const ref = await calls.post(part, piece)
      await keep(part, ref, { stream: 'closed', ...piece })
    } catch (thrown) {
      await missed(part, thrown)
      throw thrown
    }
  }

  async function keep(
    part: Part,
    ref: string,
    as: { stream: Shown['stream']; text: string; stoppable: boolean },
  ): Promise<void> {
    mark('part.posted', `part ${part.ordinal}`)
    late.postingKnown(part.id)
    await ledger.posted(part.id, ref)
    set({ part, ref, startedAtMs: deps.nowMs(), ...as })
  }

  /** A Part that was not posted leaves its ordinal; of one that may have been, only a lookup can tell. */
  async function missed(part: Part, thrown: unknown): Promise<void> {
    if (thrown instanceof SlackCallError && thrown.outcome !== 'unknown') {
      late.postingKnown(part.id)
      return ledger.removed(part.id)
    }
    streaming = false
    set(asRecorded(part))
  }

  async function recover({ part }: Shown): Promise<void> {
    strays = true
    const others = (refs: readonly string[]) => ledger.others(refs)
    const ref = await findPosted(lookup, part, { recorded: recorded(), others })
    if (ref === undefined) return forget(part)
    mark('part.posted', `part ${part.ordinal}, found again`)
    late.postingKnown(part.id)
    await ledger.posted(part.id, ref)
    set({ ...asRecorded(part), ref })
  }

  async function append(shown: Shown, text: string): Promise<void> {
    try {
      await calls.append(shown.ref ?? '', text)
      mark('part.updated', `part ${shown.part.ordinal}`)
      set({ ...shown, text: (shown.text ?? '') + text })
    } catch (thrown) {
      await afterStream(shown, thrown, '')
    }
  }

  async function close(shown: Shown, rest: string, last: boolean): Promise<void> {
    try {
      await calls.stop(shown.ref ?? '', { part: shown.part, rest, session: last ? 'active' : 'processing' })
      working = !last
      mark('part.updated', `part ${shown.part.ordinal}, whole`)
      await ledger.streamClosed(shown.part.id)
      set({
        ...shown,
        stream: 'closed',
        ...(shown.stream === 'open' ? { text: (shown.text ?? '') + rest } : {}),
      })
    } catch (thrown) {
      await afterStream(shown, thrown, rest)
    }
  }

  /** A stream that cannot be written to: over, gone, or with an outcome that is not known. */
  async function afterStream(shown: Shown, thrown: unknown, rest: string): Promise<void> {
    if (!(thrown instanceof SlackCallError) || thrown.outcome === 'limited') throw thrown
    streaming = false
    if (isSlackCode(thrown, ...streamOver)) {
      stopped ||= isSlackCode(thrown, 'stopped_by_user')
      await ledger.streamClosed(shown.part.id)
      // Without metadata: the update that follows brings it.
      set({ ...shown, stream: 'closed', text: undefined })
      return
    }
    if (isSlackCode(thrown, 'message_not_found')) return forget(shown.part)
    const withRest = rest !== '' && thrown.code !== 'platform_auth'
    if (thrown.outcome === 'unknown' || withRest) set({ ...shown, stream: 'doubtful', text: undefined })
    // What Slack has against the last words of a stream may not hold against the whole text in its place.
    if (thrown.outcome === 'unknown' || !withRest) throw thrown
  }

  async function rewrite(shown: Shown, piece: Piece): Promise<void> {
    const byMs = late.soonMs()
    try {
      await calls.update(shown.part, shown.ref ?? '', piece)
      mark('part.updated', `part ${shown.part.ordinal}`)
      set({ ...shown, ...piece })
    } catch (thrown) {
      if (isSlackCode(thrown, 'message_not_found')) return forget(shown.part)
      if (thrown instanceof SlackCallError && thrown.outcome === 'unknown')
        late.updateLost(shown.part.ordinal, byMs)
      if (!isSlackCode(thrown, 'streaming_state_conflict')) throw thrown
      set({ ...shown, stream: 'doubtful', text: undefined })
    }
  }

  async function remove({ part, ref }: Shown): Promise<void> {
    await removeMessage(ref ?? '')
    await forget(part)
  }

  async function removeMessage(ref: string): Promise<void> {
    try {
      await calls.remove(ref)
    } catch (thrown) {
      if (!isSlackCode(thrown, 'message_not_found')) throw thrown
    }
  }

  async function sweep(): Promise<void> {
    const found = await findStrays(lookup, await ledger.list())
    const others = await ledger.others(found)
    for (const ref of found.filter(stray => !others.has(stray))) {
      await calls.stop(ref, { rest: '', session: 'active' }).catch(ignoreEnded)
      await removeMessage(ref)
    }
    strays = false
  }

  async function forget(part: Part): Promise<void> {
    await ledger.removed(part.id)
    parts.delete(part.ordinal)
  }

  function recorded(): ReadonlySet<string> {
    return new Set([...parts.values()].flatMap(shown => shown.ref ?? []))
  }

  return {
    parts,
    streams: () => streaming,
    stopStreaming: () => void (streaming = false),
    stoppedByPerson: () => stopped,
    leftSession: () => working,
    sweepFromMs: () => (strays ? late.postedByMs() : undefined),
    forgetOvertaken() {
      const overtaken = late.takeOvertaken()
      for (const ordinal of overtaken?.ordinals ?? []) {
        const shown = parts.get(ordinal)
        if (shown) set({ ...shown, text: undefined })
      }
      return overtaken?.byMs
    },
    start,
    post,
    recover,
    append,
    close,
    rewrite,
    remove,
    sweep,
  }
}

function asRecorded(part: Part): Shown {
  return {
    part,
    ...(part.ref === undefined ? {} : { ref: part.ref }),
    stream: part.streaming ? 'doubtful' : 'closed',
    text: undefined,
    stoppable: false,
    startedAtMs: part.plannedAtMs,
  }
}

function ignoreEnded(thrown: unknown): void {
  if (!isSlackCode(thrown, ...streamOver, 'message_not_found')) throw thrown
}
