import type { Clock } from '../../core/clock.ts'
import { ParleyError, shownElsewhere, toParleyError } from '../../core/errors.ts'
import type { Step } from '../../core/trail.ts'
import { SlackCallError } from './errors.ts'
import type { Piece } from './layout.ts'
import { type NextCall, nextCall } from './next-call.ts'
import type { Paces } from './pace.ts'
import type { PartWriter } from './part-writer.ts'

/** What writing in one channel goes by. */
export interface ChannelPace {
  readonly clock: Clock
  readonly paces: Paces
  readonly channelId: string
  readonly mark: (step: Step, detail: string, waitMs?: number) => void
}

/** A failing Slack is tried this often within one settling; after that the Turn waits for its next attempt. */
const maxTries = 5
const firstPauseMs = 400
/** A call that got lost may still be carried out: Slack gets this long before the thread is looked at. */
const lostPauseMs = 2_000
/** Far more calls than the longest answer needs: a Slack that contradicts itself is left, and tried again later. */
const maxCalls = 500
/** A longer wait than this is better spent outside, where the worker can do something else. */
const longestWaitMs = 60_000

/** Resolves when the thread shows exactly these pieces, and no message of this writer's too many. */
export async function settlePieces(
  channel: ChannelPace,
  writer: PartWriter,
  pieces: readonly Piece[],
  leave: AbortSignal,
): Promise<void> {
  const { clock } = channel
  let failures = 0
  for (let calls = 0; calls < maxCalls; calls++) {
    const call = nextCall(writer, pieces, true, clock.nowMs())
    if (!call) {
      const comeByMs = writer.forgetOvertaken()
      if (comeByMs === undefined) return
      await clock.sleep(Math.max(0, comeByMs - clock.nowMs()), leave)
      continue
    }
    await clock.sleep(Math.max(0, (call.notBeforeMs ?? 0) - clock.nowMs()), leave)
    if (!(await turnOf(channel, call, { urgent: true, signal: leave }))) throw shownElsewhere()
    try {
      await call.run()
      // A lookup that works says nothing about the call whose loss it looks into.
      if (call.method !== 'conversations.replies') failures = 0
    } catch (thrown) {
      failures += 1
      if (!mayTryAgain(channel, call, thrown) || failures >= maxTries) throw toParleyError(thrown)
      await clock.sleep(pauseAfter(thrown, failures), leave)
    }
  }
  throw new ParleyError('platform_unavailable', 'Slack does not show what it was given.')
}

/** Waits until this call may be made; false when there is no need any more. */
export async function turnOf(
  { paces, channelId, mark }: ChannelPace,
  { method }: NextCall,
  options: { readonly urgent: boolean; readonly signal: AbortSignal },
): Promise<boolean> {
  const pace = paces.of(method, channelId)
  const waitMs = pace.waitMs()
  if (waitMs > 0) mark('part.waited', `${method}, ${Math.round(waitMs)} ms`, waitMs)
  return pace.take(options)
}

/** True for a failure that passes. A method that Slack limits is held back for everybody. */
export function mayTryAgain(
  { paces, channelId }: ChannelPace,
  { method }: NextCall,
  thrown: unknown,
): boolean {
  const error = toParleyError(thrown)
  if (error.code !== 'platform_unavailable') return false
  if (thrown instanceof SlackCallError && thrown.outcome === 'limited') {
    paces.of(method, channelId).hold(error.retryAfterMs ?? firstPauseMs)
  }
  return (error.retryAfterMs ?? 0) <= longestWaitMs
}

export function pauseAfter(thrown: unknown, failures: number): number {
  const lost = thrown instanceof SlackCallError && thrown.outcome === 'unknown'
  return Math.max(lost ? lostPauseMs : 0, firstPauseMs * 2 ** (failures - 1))
}
