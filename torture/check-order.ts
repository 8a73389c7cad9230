import type { Check, Entry, Violation } from './evidence.ts'

type Step = Extract<Entry, { what: 'step' }> & { readonly turnId: string }

/**
 * One Turn of a dialogue at a time, in the order of their acceptance, by the points that the processes told of as
 * they passed them. Between its last showing and its end a Turn is not touched any more; and once the next has begun,
 * nobody does anything for the one before.
 */
export const turnsAreInOrder: Check = ({ history, ledger }) => {
  const steps = Map.groupBy(
    history.filter(
      (entry): entry is Step & { readonly atMs: number } =>
        entry.what === 'step' && entry.turnId !== undefined,
    ),
    step => step.turnId,
  )
  const dialogues = Map.groupBy(ledger.turns, turn => turn.dialogue_id)
  return [...dialogues.values()].flatMap(turns => {
    const inOrder = turns.toSorted((a, b) => a.sequence - b.sequence)
    return inOrder.flatMap((turn, at): readonly Violation[] => {
      const next = inOrder
        .slice(at + 1)
        .map(({ id }) => steps.get(id)?.find(({ step }) => step === 'turn.begun'))
      const begun = Math.min(...next.map(step => step?.atMs ?? Infinity))
      const late = steps.get(turn.id)?.find(step => step.atMs > begun && works.has(step.step))
      if (!late) return []
      const what = `${late.step} of turn ${turn.sequence} came ${Math.round(late.atMs - begun)} ms after a later turn of its dialogue had begun.`
      return [{ promise: 'one turn at a time, in order', what, turnId: turn.id }]
    })
  })
}

/** Points at which something is done for a Turn; what is told of it after its end is none. */
const works = new Set([
  'turn.begun',
  'turn.context_built',
  'model.called',
  'part.planned',
  'part.posted',
  'turn.delivering',
  'turn.shown',
])
