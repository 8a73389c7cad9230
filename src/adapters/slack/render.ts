import type { Clock } from '../../core/clock.ts'
import { isFinalRefusal, shownElsewhere, toParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Rendering, RenderingTarget, Snapshot } from '../../core/platform.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { Step, Trail } from '../../core/trail.ts'
import { threadToAnswerIn } from './anchor.ts'
import type { SlackApi } from './client.ts'
import type { Installation } from './installation.ts'
import { finalPieces, growingPieces, type Piece, rewritablePieces } from './layout.ts'
import { appendEveryMs, updateEveryMs } from './limits.ts'
import type { Paces } from './pace.ts'
import { type NextCall, nextCall } from './next-call.ts'
import { createPartCalls, threadTsOf } from './part-calls.ts'
import { createPartWriter, type PartWriter } from './part-writer.ts'
import { teamHint } from './parse-message.ts'
import type { Respond } from './respond.ts'
import { mayTryAgain, pauseAfter, settlePieces, turnOf } from './settle.ts'
import { createThreadStatus, noStatus, type ThreadStatus } from './status.ts'

export interface RenderDependencies {
  readonly slack: SlackApi
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly installation: Installation
  readonly paces: Paces
  readonly nameOf: (userId: string) => Promise<string | undefined>
  readonly respond: Respond
  /** Whether this workspace knows streams; told once that it does not, the answers after it do not ask again. */
  readonly streams: { readonly known: () => boolean; readonly missing: () => void }
  /** Slack carries out a call within this, whoever waits for it still, or never. */
  readonly carriedOutWithinMs: number
}

/** Shows an answer in its thread: as a native stream where Slack has them, else as messages that are rewritten. */
export async function openRendering(deps: RenderDependencies, target: RenderingTarget): Promise<Rendering> {
  const thread = await threadToAnswerIn(deps, target)
  const log = deps.log.with({ turnId: target.turnId, channelId: thread.channelId })
  const mark = (step: Step, detail: string, waitMs?: number) =>
    deps.trail({
      step,
      thread,
      turnId: target.turnId,
      detail,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
  const { channelId } = thread
  const threadTs = threadTsOf(thread)
  // What a process that died asked for last may come after what is done here.
  const lateUntilMs = target.takenOver ? deps.clock.nowMs() + deps.carriedOutWithinMs : 0
  const writer = createPartWriter(
    {
      calls: createPartCalls(deps.slack, placeOf(target, thread), target.turnId),
      ledger: target.parts,
      lookup: { slack: deps.slack, log, installation: deps.installation, channelId, ...threadTs },
      nowMs: () => deps.clock.nowMs(),
      mark,
      noStreams: deps.streams.missing,
      carriedOutWithinMs: deps.carriedOutWithinMs,
      lateUntilMs,
    },
    await target.parts.list(),
  )
  // Streams and the line that says "is thinking" are threads' alone.
  if (!deps.streams.known() || threadTs.threadTs === undefined) writer.stopStreaming()
  const status =
    threadTs.threadTs === undefined
      ? noStatus
      : createThreadStatus(deps, {
          channelId,
          threadTs: threadTs.threadTs,
          askerId: target.asker.userId,
          goesOn: target.takenOver || writer.parts.size > 0,
        })
  return createRendering({ ...deps, log }, writer, status, { channelId, lateUntilMs }, mark)
}

function placeOf({ dialogue, asker }: RenderingTarget, thread: ThreadRef) {
  const team = dialogue.delivery[teamHint(asker.userId)]
  const teamId = typeof team === 'string' ? team : thread.workspaceId
  return {
    channelId: thread.channelId,
    ...threadTsOf(thread),
    ...(dialogue.direct ? {} : { recipient: { userId: asker.userId, teamId } }),
  }
}

function createRendering(
  deps: RenderDependencies,
  writer: PartWriter,
  status: ThreadStatus,
  { channelId, lateUntilMs }: { readonly channelId: string; readonly lateUntilMs: number },
  mark: (step: Step, detail: string, waitMs?: number) => void,
): Rendering {
  const { clock, log, paces } = deps
  const channel = { clock, paces, channelId, mark }
  const live = new AbortController()
  const leave = new AbortController()
  let newest: Snapshot = { text: '', state: 'thinking' }
  let writing: Promise<void> | undefined

  let laidOut:
    | { readonly of: Snapshot; readonly streams: boolean; readonly pieces: readonly Piece[] }
    | undefined

  function nextLive(): NextCall | undefined {
    if (writer.stoppedByPerson()) return undefined
    const streams = writer.streams()
    if (laidOut?.of !== newest || laidOut.streams !== streams) {
      const pieces = streams ? growingPieces(newest) : rewritablePieces(newest)
      laidOut = { of: newest, streams, pieces }
    }
    return nextCall(writer, laidOut.pieces, false, clock.nowMs())
  }

  /** Writes until what is newest is shown, then ends; the next snapshot starts it again. */
  async function write(): Promise<void> {
    try {
      for (let failures = 0; !live.signal.aborted; ) {
        const call = nextLive()
        if (!call) return
        const thrown = await writeOnce(call)
        failures = thrown === undefined ? 0 : failures + 1
        const everyMs = writer.streams() ? appendEveryMs : updateEveryMs
        const pauseMs = failures === 0 ? 0 : pauseAfter(thrown, Math.min(failures, 6))
        await clock.sleep(Math.max(everyMs, pauseMs), live.signal)
      }
    } catch (thrown) {
      live.abort()
      log.debug({ error: thrown }, 'an answer is not shown while it is written')
    }
  }

  /** Resolves with a failure that is worth trying again; rejects with one that is not. */
  async function writeOnce(call: NextCall): Promise<unknown> {
    const { method } = call
    // Starts are few: rather than wait for one, an answer is posted and rewritten.
    if (method === 'chat.startStream' && !paces.of(method, channelId).tryTake()) writer.stopStreaming()
    else if (
      method !== 'chat.startStream' &&
      !(await turnOf(channel, call, { urgent: false, signal: live.signal }))
    )
      return undefined
    try {
      // Text that came while it waited its turn goes along.
      const current = nextLive()
      if (current?.method === method) await current.run()
      return undefined
    } catch (thrown) {
      if (mayTryAgain(channel, call, thrown)) return thrown
      throw thrown
    }
  }

  function wake(): void {
    if (writing || live.signal.aborted) return
    const seen = newest
    writing = write().finally(() => {
      writing = undefined
      if (newest !== seen) wake()
    })
  }

  return {
    show(snapshot) {
      newest = snapshot
      if (snapshot.state === 'thinking') return status.thinking(() => writer.parts.size > 0)
      wake()
    },
    async settle(snapshot) {
      live.abort()
      await writing
      try {
        await settlePieces(channel, writer, finalPieces(snapshot), leave.signal)
      } catch (thrown) {
        // Nobody tries that again, and no message will end what Slack says of the thread.
        if (isFinalRefusal(toParleyError(thrown)))
          await status.over({ shown: false, leftSession: true }, leave.signal)
        throw thrown
      }
      const over = async () => {
        const how = { shown: writer.parts.size > 0, leftSession: writer.leftSession() }
        await status.over(how, leave.signal)
        if (leave.signal.aborted) throw shownElsewhere()
      }
      await over()
      const leftMs = lateUntilMs - clock.nowMs()
      if (leftMs <= 0) return
      await clock.sleep(leftMs, leave.signal)
      await over()
    },
    async abandon() {
      live.abort()
      leave.abort()
      await writing
    },
    async giveUp() {
      live.abort()
      await writing
      await status.over({ shown: false, leftSession: writer.leftSession() }, leave.signal)
    },
  }
}
