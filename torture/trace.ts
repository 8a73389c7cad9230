import type { Entry, Evidence, Violation } from './evidence.ts'

/** Lines that tell what led to a violation: all that happened in its thread, and what was done to Parley meanwhile. */
export function traceOf(violation: Violation, evidence: Evidence): readonly string[] {
  const own = ownEntries(violation, evidence)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) return []
  const about = new Set(own)
  return evidence.history
    .filter(entry => entry.atMs >= first.atMs && entry.atMs <= last.atMs)
    .filter(
      entry =>
        about.has(entry) ||
        entry.what === 'killed' ||
        entry.what === 'left' ||
        entry.what === 'trouble' ||
        entry.what === 'up',
    )
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(entry => lineOf(entry, first.atMs))
}

function ownEntries(violation: Violation, { history, ledger }: Evidence): readonly Entry[] {
  const turn = ledger.turns.find(({ id }) => id === violation.turnId)
  const dialogue = ledger.dialogues.find(({ id }) => id === turn?.dialogue_id)
  const turnIds = new Set(
    turn ? ledger.turns.filter(({ dialogue_id: id }) => id === turn.dialogue_id).map(({ id }) => id) : [],
  )
  const questions = new Set(violation.question === undefined ? [] : [violation.question])
  for (const entry of history) {
    if (entry.what !== 'said') continue
    const threadId = entry.threadId ?? entry.messageId
    if (dialogue && (threadId === dialogue.thread_id || entry.channelId === dialogue.thread_id))
      questions.add(entry.question)
  }
  return history.filter(entry => {
    if ('question' in entry && typeof entry.question === 'number') return questions.has(entry.question)
    if (entry.what === 'model asked') return questions.has(Number(/\d+/.exec(entry.question)?.[0]))
    return entry.what === 'step' && entry.turnId !== undefined && turnIds.has(entry.turnId)
  })
}

function lineOf({ atMs, what, ...rest }: Entry, startMs: number): string {
  const at = ((atMs - startMs) / 1_000).toFixed(3).padStart(8)
  const words = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)
  return `${at}  ${what}  ${words.join(' ')}`
}
