import { lastWord, sentences } from './catalogue.ts'
import { askMoreUrl } from './quota-sentences.ts'
import { isFinalRefusal, toParleyError } from './errors.ts'
import type { Rendering, Snapshot } from './platform.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import type { TurnResult } from './turn.ts'

/** Makes the platform show the result, and gives how the Turn ended: `failed` when the platform will not have it. */
export async function show(
  deps: TurnDependencies,
  running: Running,
  rendering: Rendering,
  result: TurnResult,
) {
  const stop = result.end === 'stopped' ? ((await stopOf(deps, running)) ?? { reason: 'deleted' }) : undefined
  if (stop?.reason === 'revised') {
    // The next Turn writes this answer anew, from what stands there.
    await rendering.giveUp()
    return result.end
  }
  const silent = stop?.reason === 'deleted' && (await nothingWasShown(deps, running, result))
  const notice = stop
    ? await stopNotice(deps, stop)
    : lastWord(result.end, result.error, askingMore(deps, running, result))
  const snapshot: Snapshot = {
    text: result.text,
    state: result.end,
    ...(notice === undefined || silent ? {} : { notice }),
  }
  try {
    await rendering.settle(snapshot)
    deps.trail({ step: 'turn.shown', thread: running.dialogue.thread, turnId: running.turn.id })
    return result.end
  } catch (thrown) {
    const error = toParleyError(thrown)
    if (!isFinalRefusal(error)) throw error
    running.log.warn({ code: error.code, error }, 'the platform does not let this answer be shown')
    await deps.store.turns.deliver(running.turn.id, running.job.lease, {
      ...result,
      end: 'failed',
      error: error.code,
    })
    return 'failed'
  }
}

function askingMore({ publicUrl }: TurnDependencies, { turn }: Running, { refusal }: TurnResult) {
  return {
    ...(refusal ? { refusal } : {}),
    ...(publicUrl === undefined ? {} : { askUrl: askMoreUrl(publicUrl, turn.id) }),
  }
}

async function nothingWasShown(deps: TurnDependencies, running: Running, result: TurnResult) {
  if (result.text !== '') return false
  const parts = await deps.store.turns.partsOf(running.turn.answerId, running.job.lease).list()
  return parts.every(part => part.state === 'removed')
}

export async function stopOf(deps: TurnDependencies, running: Running) {
  return (await deps.store.turns.get(running.turn.id)).stop
}

async function stopNotice(deps: TurnDependencies, stop: { readonly reason: string; readonly by?: string }) {
  if (stop.reason === 'deleted') return sentences.answerDeleted
  const name = stop.by ? (await deps.store.identities.get([stop.by])).get(stop.by)?.name : undefined
  return name === undefined ? sentences.answerStopped : sentences.answerStoppedBy(name)
}
