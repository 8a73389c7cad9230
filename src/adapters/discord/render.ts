import type { Clock } from '../../core/clock.ts'
import { ParleyError, shownElsewhere, toParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Part } from '../../core/part.ts'
import type { Rendering, RenderingTarget, Snapshot } from '../../core/platform.ts'
import type { Step, Trail } from '../../core/trail.ts'
import { type Content, contentsOf, toBody } from './contents.ts'
import { typingEveryMs } from './limits.ts'
import { afterUnknownPost, findUnrecordedPost } from './outcomes.ts'
import type { Pump } from './pump.ts'
import type { DiscordRest } from './rest.ts'
import { type AnswerPlace, answerPlace } from './thread-place.ts'

export interface RenderDependencies {
  readonly rest: DiscordRest
  readonly pump: Pump
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly botId: string
}

/** Shows an answer as Discord messages: posted once each, edited in place, the newest snapshot only. */
export async function openRendering(
  // Discord carries out a call within this, whoever waits for it still, or never.
  deps: RenderDependencies & { readonly carriedOutWithinMs: number },
  target: RenderingTarget,
): Promise<Rendering> {
  const { clock } = deps
  const place = await answerPlace(deps.rest, target)
  const answer = createAnswer(deps, target, place, await target.parts.list())
  const leave = new AbortController()
  // What a process that died asked for last may come after the end that is written here.
  const lateUntilMs = target.takenOver && answer.firstRef() ? clock.nowMs() + deps.carriedOutWithinMs : 0
  const lane = deps.pump.lane(place.channelId)
  const typing = keepTyping(deps, place.channelId)
  let newest: Snapshot = { text: '', state: 'thinking' }

  function abandon(): Promise<void> {
    leave.abort()
    typing.stop()
    return lane.cancel(target.turnId)
  }

  return {
    show(snapshot) {
      newest = snapshot
      if (snapshot.state === 'thinking' || leave.signal.aborted) return
      typing.stop()
      lane.request(target.turnId, () => answer.step(newest))
    },
    async settle(snapshot) {
      newest = snapshot
      typing.stop()
      if (leave.signal.aborted) throw shownElsewhere()
      await lane.finish(target.turnId, () => answer.step(newest))
      const leftMs = lateUntilMs - clock.nowMs()
      if (leftMs <= 0) return
      await clock.sleep(leftMs, leave.signal)
      if (leave.signal.aborted) throw shownElsewhere()
      answer.forgetShown()
      await lane.finish(target.turnId, () => answer.step(newest))
    },
    abandon,
    giveUp: abandon,
  }
}

/** The Parts of one answer, brought one call at a time from what is on record to what is to be seen. */
export function createAnswer(
  deps: RenderDependencies,
  target: Pick<RenderingTarget, 'turnId' | 'dialogue' | 'parts'>,
  place: AnswerPlace,
  onRecord: readonly Part[],
  layOut: (snapshot: Snapshot) => readonly Content[] = contentsOf,
) {
  const { rest, log } = deps
  const parts = new Map(onRecord.filter(part => part.state !== 'removed').map(part => [part.ordinal, part]))
  const shown = new Map<string, string>()
  const mark = (step: Step, detail: string) =>
    deps.trail({ step, thread: target.dialogue.thread, turnId: target.turnId, detail })
  const sameAs = (content: Content) => JSON.stringify([content.text, content.stoppable])

  /** Makes the next call that this snapshot needs; true when it needs another after it. */
  async function step(snapshot: Snapshot): Promise<boolean> {
    const contents = layOut(snapshot)
    const final = snapshot.state !== 'streaming' && snapshot.state !== 'thinking'
    await nextCall(contents, final)?.()
    return nextCall(contents, final) !== undefined
  }

  function nextCall(contents: readonly Content[], final: boolean): (() => Promise<void>) | undefined {
    for (const [ordinal, content] of contents.entries()) {
      const part = parts.get(ordinal)
      const ref = part?.ref
      if (!part || ref === undefined) return () => post(ordinal, part, content)
      if (shown.get(part.id) !== sameAs(content)) return () => edit(part, ref, content)
    }
    const surplus = final ? [...parts.values()].find(part => part.ordinal >= contents.length) : undefined
    return surplus && (() => remove(surplus))
  }

  async function post(ordinal: number, before: Part | undefined, content: Content): Promise<void> {
    const part = await planned(ordinal, before)
    if (part.ref !== undefined) return edit(part, part.ref, content)
    mark('part.planned', `part ${ordinal}`)
    const reference = place.replyTo
      ? { message_reference: { message_id: place.replyTo, fail_if_not_exists: false } }
      : {}
    const { id } = await rest.post(place.channelId, {
      ...toBody(content, target.turnId),
      ...reference,
      nonce: part.key,
      enforce_nonce: true,
    })
    mark('part.posted', `part ${ordinal}`)
    await keep(part, id)
    // An enforced nonce gives back the first message as it was posted then, which may hold an earlier text.
    if (!before) shown.set(part.id, sameAs(content))
  }

  /** The Part to post, after what is known of an earlier attempt to post it. */
  async function planned(ordinal: number, before: Part | undefined): Promise<Part> {
    if (before?.state === 'posting') {
      const again = await afterUnknownPost(deps, place, before, target.parts)
      if (again.how === 'adopt') return keep(before, again.ref)
      if (again.how === 'anew') await target.parts.removed(before.id)
    }
    const part = await target.parts.plan(ordinal)
    parts.set(ordinal, part)
    return part
  }

  async function keep(part: Part, ref: string): Promise<Part> {
    await target.parts.posted(part.id, ref)
    const posted: Part = { ...part, state: 'posted', ref }
    parts.set(part.ordinal, posted)
    return posted
  }

  async function edit(part: Part, ref: string, content: Content): Promise<void> {
    try {
      await rest.edit(place.channelId, ref, toBody(content, target.turnId))
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown
      log.info({ partId: part.id }, 'a part is not there on the platform; it is posted again')
      await removeFromChannel(ref)
      await forget(part)
      return
    }
    mark('part.updated', `part ${part.ordinal}`)
    shown.set(part.id, sameAs(content))
  }

  async function remove(part: Part): Promise<void> {
    const ref = part.ref ?? (await findUnrecordedPost(deps, place, part, target.parts))
    if (ref !== undefined) await removeMessage(place.channelId, ref)
    await forget(part)
  }

  /** Where the answer stood while no thread was to be had, before somebody opened one. */
  async function removeFromChannel(ref: string): Promise<void> {
    const { channelId } = target.dialogue.thread
    if (place.channelId !== channelId) await removeMessage(channelId, ref)
  }

  async function removeMessage(channelId: string, ref: string): Promise<void> {
    await rest.remove(channelId, ref).catch((thrown: unknown) => {
      if (!isGone(thrown)) throw thrown
    })
  }

  async function forget(part: Part): Promise<void> {
    await target.parts.removed(part.id)
    parts.delete(part.ordinal)
  }

  return { step, firstRef: () => parts.get(0)?.ref, forgetShown: () => shown.clear() }
}

/** 10008: the message does not exist. */
function isGone(thrown: unknown): boolean {
  return (
    thrown instanceof ParleyError && thrown.cause instanceof Error && / 10008: /.test(thrown.cause.message)
  )
}

/** Shows that Parley is at it until the first text. Best effort: a failure is for the log. */
function keepTyping({ rest, clock, log }: RenderDependencies, channelId: string): { stop(): void } {
  const over = new AbortController()
  const type = async () => {
    while (!over.signal.aborted) {
      await rest
        .typing(channelId)
        .catch((thrown: unknown) => log.debug({ error: toParleyError(thrown) }, 'no typing indicator'))
      await clock.sleep(typingEveryMs, over.signal)
    }
  }
  void type()
  return {
    stop() {
      // Called for each word; an abort makes an error every time, with its stack.
      if (!over.signal.aborted) over.abort()
    },
  }
}
