import type { Step, TrailEntry } from '../../core/trail.ts'
import { type Stage, turnStages } from '../../core/turn-stages.ts'

/** Turns that begin here and end elsewhere are forgotten, oldest first. */
const maxTurns = 10_000

/** Tells how long each stage of each Turn took, from the steps as they are reached. */
export function createTurnStages(
  nowMs: () => number,
  took: (stage: Stage, platform: string, ms: number) => void,
): (entry: TrailEntry) => void {
  const reached = new Map<string, Map<Step, number>>()
  return ({ step, turnId, thread, acceptedAtMs }) => {
    if (turnId === undefined) return
    const steps = reached.get(turnId) ?? new Map<Step, number>()
    // Stored by another process, or by this one before it was started again.
    if (acceptedAtMs !== undefined && !steps.has('inbound.stored'))
      steps.set('inbound.stored', Math.min(acceptedAtMs, nowMs()))
    const isFirst = !steps.has(step)
    const atMs = nowMs()
    if (isFirst) steps.set(step, atMs)
    reached.set(turnId, steps)
    if (reached.size > maxTurns) reached.delete(reached.keys().next().value ?? '')
    if (step === 'turn.ended') reached.delete(turnId)
    if (!isFirst) return
    for (const [stage, [from, to]] of Object.entries(turnStages)) {
      const sinceMs = to === step ? steps.get(from) : undefined
      if (sinceMs !== undefined) took(stage as Stage, thread?.platform ?? 'unknown', atMs - sinceMs)
    }
  }
}
