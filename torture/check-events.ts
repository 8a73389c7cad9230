import { isBeyondReach } from './check-reach.ts'
import type { Check, Evidence, Violation } from './evidence.ts'

type Said = Extract<Evidence['history'][number], { what: 'said' }>

/** What people asked, with what became of it, by the history alone. */
export function askedIn({ history }: Evidence) {
  const removed = new Set(history.flatMap(entry => (entry.what === 'removed' ? [entry.question] : [])))
  const edited = new Set(history.flatMap(entry => (entry.what === 'edited' ? [entry.question] : [])))
  return history
    .filter((entry): entry is Said & { readonly atMs: number } => entry.what === 'said')
    .map(said => ({ ...said, removed: removed.has(said.question), edited: edited.has(said.question) }))
}

/** Every event that Parley acknowledged is on record as answered, refused or ignored, with a reason. */
export const acknowledgedAreDecided: Check = ({ history, ledger }) => {
  const decided = new Map(
    ledger.decisions.map(row => [`${row.platform} ${row.channel_id} ${row.key}`, row] as const),
  )
  return history.flatMap((entry): readonly Violation[] => {
    if (entry.what !== 'acknowledged') return []
    const row = decided.get(`slack ${entry.channelId} ${entry.key}`)
    if (row?.outcome && row.reason) return []
    const what = `${entry.key} in ${entry.channelId} was acknowledged and ${row ? 'has no outcome' : 'is not on record'}.`
    return [{ promise: 'acknowledged is decided', what }]
  })
}

/** Whatever was said to Parley, on either platform and whatever was down at that moment, is answered. */
export const addressedAreAnswered: Check = evidence => {
  const { ledger } = evidence
  const decided = new Map(
    ledger.decisions.map(row => [`${row.platform} ${row.channel_id} ${row.key}`, row] as const),
  )
  const heard = new Set(ledger.decisions.map(({ key }) => key))
  const byRef = new Map(
    ledger.messages.flatMap(row => (row.ref === null ? [] : [[row.ref, row.id] as const])),
  )
  const turns = new Map(ledger.turns.map(turn => [turn.id, turn] as const))
  const asked = Map.groupBy(ledger.asked, row => row.message_id)
  return askedIn(evidence).flatMap((said): readonly Violation[] => {
    if (!said.addressed || said.removed) return []
    const about = { promise: 'addressed is answered', question: said.question }
    const row =
      decided.get(`${said.platform} ${said.channelId} message:${said.messageId}`) ??
      ledger.decisions.find(
        ({ platform, key }) => platform === said.platform && key === `message:${said.messageId}`,
      )
    const messageId = byRef.get(said.messageId)
    const answering = asked.get(messageId ?? '')?.flatMap(({ turn_id: id }) => turns.get(id) ?? []) ?? []
    if (answering.length === 0 && isBeyondReach(evidence.history, heard, said)) return []
    if (answering.length === 0)
      return [{ ...about, what: `q${said.question} has no turn (${row?.outcome ?? 'never received'}).` }]
    const open = answering.find(({ state }) => !['done', 'failed', 'stopped'].includes(state))
    if (open)
      return [{ ...about, what: `q${said.question} waits: its turn is ${open.state}.`, turnId: open.id }]
    return []
  })
}
