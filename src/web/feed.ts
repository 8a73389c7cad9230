import type { Audience } from '../core/audience.ts'
import type { Changed, Changes } from '../core/changes.ts'
import type { Clock } from '../core/clock.ts'
import { toParleyError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import type { Live, LiveAnswer } from '../core/live.ts'
import type { Log } from '../core/log.ts'
import type { Viewer } from '../core/member.ts'
import type { Signals } from '../core/store.ts'
import type { ThreadRef } from '../core/thread.ts'
import { createAnswerFrames } from './answer-frames.ts'
import { articlesOf, type FrameRenderer, type FrameRequest, firstLook, framesOf } from './change-frames.ts'
import type { OutFrame } from './frames.ts'
import { nothingThere } from './standing.ts'

export interface FeedDependencies {
  readonly history: History
  readonly changes: Changes
  readonly live: Pick<Live, 'watch'>
  readonly clock: Clock
  readonly log: Log
  readonly render?: FrameRenderer
  /** Told when who reads what may have changed: then this reader is looked at anew. */
  readonly signals: Signals
  /** A platform's word on who reads what holds for a time only: asked again whenever it has run out. */
  readonly audience?: Pick<Audience, 'refresh'>
}

export interface FeedRequest extends FrameRequest {
  /** The revision up to which all is known; without one, the newest messages are told first. */
  readonly after?: number
  readonly html: boolean
}

export interface FeedReader {
  /** Resolves when the next one can be taken: until then, only the newest state of each answer is kept. */
  send(frame: OutFrame): Promise<void>
  /** The Viewer may not read this Dialogue any more, or it is gone; called once, and nothing is sent after. */
  gone(): void
}

export interface Feed {
  /** Looks whether this Viewer, as they are now, still may read it. */
  recheck(viewer: Viewer): Promise<void>
  close(): void
}

/** A platform that is slower than this is not waited for. */
export const audiencePatienceMs = 2_000
/** The database was away: this long until it is asked again. */
const retryMs = 1_000

/**
 * Tells a reader what happens in a Dialogue: what changed since they last knew, in order, and answers while they are
 * written. Throws `not_found` for who may not read it.
 */
export async function openFeed(
  deps: FeedDependencies,
  request: FeedRequest,
  reader: FeedReader,
): Promise<Feed> {
  const { dialogueId } = request
  let { viewer } = request
  let thread: ThreadRef | undefined
  const mayRead = async () => {
    await deps.audience?.refresh(viewer, audiencePatienceMs)
    thread = (await deps.history.find(viewer, dialogueId))?.thread
    return thread !== undefined
  }
  if (!(await mayRead())) throw nothingThere()
  const render = request.html ? deps.render : undefined
  const answers = createAnswerFrames(dialogueId, render && (text => render.renderBlocks(text)))
  const over = new AbortController()
  const pending = new Map<string, LiveAnswer>()
  let known = request.after
  let changed = true
  let telling = false

  const leave = deps.live.watch(dialogueId, event => {
    if (event.type === 'answer') pending.set(event.answer.turnId, event.answer)
    else changed = true
    void tell()
  })

  const unlisten = deps.signals.listen(signal => {
    if (signal.type !== 'audience' || signal.platform !== thread?.platform) return
    if (
      signal.workspaceId === thread.workspaceId &&
      (signal.channelId ?? thread.channelId) === thread.channelId
    )
      recheck().catch((error: unknown) =>
        deps.log.warn({ component: 'web', dialogueId, error }, 'who reads could not be looked at'),
      )
  })

  function close(): void {
    leave()
    unlisten()
    over.abort()
    pending.clear()
  }

  async function recheck(now = viewer): Promise<void> {
    viewer = now
    if (over.signal.aborted || (await mayRead())) return
    if (over.signal.aborted) return
    close()
    reader.gone()
  }

  async function send(frame: OutFrame): Promise<void> {
    if (!over.signal.aborted) await reader.send(frame)
  }

  async function tell(): Promise<void> {
    if (telling) return
    telling = true
    while (!over.signal.aborted && (changed || pending.size > 0)) {
      try {
        if (changed) await tellChanges()
        else await tellAnswer()
      } catch (thrown) {
        deps.log.warn(
          { component: 'web', dialogueId, error: toParleyError(thrown) },
          'one who watches waits for the database',
        )
        changed = true
        await deps.clock.sleep(retryMs, over.signal)
      }
    }
    telling = false
  }

  async function tellAnswer(): Promise<void> {
    for (const [turnId, answer] of pending) {
      pending.delete(turnId)
      const frame = answers.live(answer)
      if (frame) return send(frame)
    }
  }

  async function tellChanges(): Promise<void> {
    changed = false
    const news = await readNews()
    if (!news) return recheck()
    // A change of its people is one of the head: somebody may have been taken out.
    if (news.head) await recheck()
    const articles =
      render && thread && (await articlesOf(deps.history, render, { ...request, thread }, news))
    for (const { frame, revision, last } of framesOf(request, news, answers, articles)) {
      // Two of one revision: only after the second all of it is known.
      const cursor = last ? revision : Math.max(known ?? 0, revision - 1)
      await send({ ...frame, cursor: String(cursor) })
      known = cursor
    }
    known = news.revision
  }

  async function readNews(): Promise<Changed | undefined> {
    if (known === undefined) return deps.changes.newest(dialogueId, firstLook)
    const news = await deps.changes.since(dialogueId, known)
    // Of a revision that never was: a backup was brought back.
    return news && news.revision < known ? deps.changes.newest(dialogueId, firstLook) : news
  }

  void tell()
  return { recheck, close }
}
