import type { Reached } from './turn-report.ts'

/** From which step to which; the first of each counts. */
const spans = {
  'queue (stored to begun)': ['inbound.stored', 'turn.begun'],
  'context (begun to built)': ['turn.begun', 'turn.context_built'],
  'record (built to model called)': ['turn.context_built', 'model.called'],
  'model wait (called to first text)': ['model.called', 'model.first_text'],
  'first part (first text to part posted)': ['model.first_text', 'part.posted'],
  'conclude (model ended to stored)': ['model.ended', 'turn.delivering'],
  'last part (stored to shown)': ['turn.delivering', 'turn.shown'],
  'end (shown to ended)': ['turn.shown', 'turn.ended'],
} as const

/** What the stages of these turns took, by name. */
export function stagesOf(reached: readonly Reached[]): ReadonlyMap<string, readonly number[]> {
  const turns = new Map<string, Map<string, number>>()
  for (const { turnId, step, atMs } of reached) {
    const steps = turns.get(turnId) ?? new Map<string, number>()
    if (!steps.has(step)) steps.set(step, atMs)
    turns.set(turnId, steps)
  }
  return new Map(
    Object.entries(spans).map(([name, [from, to]]) => [
      name,
      [...turns.values()].flatMap(steps => {
        const [start, end] = [steps.get(from), steps.get(to)]
        return start === undefined || end === undefined ? [] : [end - start]
      }),
    ]),
  )
}
