import type { Clock } from './clock.ts'
import type { Step, Trail } from './trail.ts'

/** The pieces that a Turn's time is made of, as one process sees them. */
export type Stage = 'queue' | 'context' | 'model_wait' | 'model' | 'first_part' | 'last_part' | 'whole'

/** From which step to which; the first of each counts. */
export const turnStages: Readonly<Record<Stage, readonly [Step, Step]>> = {
  queue: ['inbound.stored', 'turn.begun'],
  context: ['turn.begun', 'turn.context_built'],
  model_wait: ['model.called', 'model.first_text'],
  model: ['model.called', 'model.ended'],
  first_part: ['model.first_text', 'part.posted'],
  last_part: ['turn.delivering', 'turn.shown'],
  whole: ['inbound.stored', 'turn.ended'],
}

/** A trail that remembers, for one Turn, when each of its steps was first reached. */
export function watchStages(
  { clock, trail }: { readonly clock: Clock; readonly trail: Trail },
  turnId: string,
): {
  readonly trail: Trail
  /** Undefined for what was not gone through, such as the model's part of a Turn that was refused. */
  tookMs(stage: Stage): number | undefined
} {
  const reached = new Map<Step, number>()
  return {
    trail(entry) {
      if (entry.turnId === turnId && !reached.has(entry.step)) reached.set(entry.step, clock.nowMs())
      trail(entry)
    },
    tookMs(stage) {
      const [from, to] = turnStages[stage].map(step => reached.get(step))
      return from === undefined || to === undefined ? undefined : to - from
    },
  }
}
