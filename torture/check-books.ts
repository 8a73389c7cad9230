import type { Check, Entry, Violation } from './evidence.ts'

/** Whatever was held is settled or given back, and no work is left over. */
export const everythingIsSettled: Check = ({ ledger }) => [
  ...ledger.reservations
    .filter(({ state }) => state === 'open')
    .map(({ id }) => ({
      promise: 'reservations are settled',
      what: 'It still holds what it reserved.',
      turnId: id,
    })),
  ...ledger.buckets
    .filter(row => row.requests_held + row.tokens_held + row.cost_held !== 0)
    .map(row => ({
      promise: 'reservations are settled',
      what: `${row.subject} still holds ${row.requests_held} requests and ${row.tokens_held} tokens in ${row.bucket}.`,
    })),
  ...ledger.jobs
    .filter(({ kind }) => kind === 'turn')
    .map(({ state }) => ({
      promise: 'reservations are settled',
      what: `A job of a turn is still ${state}.`,
    })),
]

/** The same counters from the usage itself. */
export const countersAddUp: Check = ({ ledger }) => {
  const used = ledger.usages.reduce((sum, row) => sum + row.input_tokens + row.output_tokens, 0)
  return ledger.buckets
    .filter(({ subject }) => subject === wholeInstallation)
    .filter(row => row.tokens_used !== used)
    .map(row => ({
      promise: 'usage equals the books',
      what: `The counter of ${row.bucket} says ${row.tokens_used} tokens, the calls add up to ${used}.`,
    }))
}

/** The counter that every call counts into; the checker looks for it only where there is one. */
const wholeInstallation = 'installation'

/**
 * What is recorded as told by the provider was told, once; what was told is recorded, unless its process was killed,
 * or could not reach the database or the provider, in the moment of hearing it.
 */
export const usageIsTheBooks: Check = ({ history, ledger }) => {
  const told = new Map(
    history.flatMap(entry =>
      entry.what === 'model told' ? [[keyOf(entry.input, entry.output), entry] as const] : [],
    ),
  )
  const recorded = ledger.usages.filter(row => !row.estimated)
  const seen = new Map<string, string>()
  const wrong: Violation[] = []
  for (const row of recorded) {
    const key = keyOf(row.input_tokens, row.output_tokens)
    const about = { promise: 'usage equals the books', turnId: row.reservation_id }
    if (!told.has(key)) wrong.push({ ...about, what: `${key} is charged, and the provider never told it.` })
    if (seen.has(key)) wrong.push({ ...about, what: `${key} was told once and is charged twice.` })
    seen.set(key, row.call_id)
  }
  for (const [key, entry] of told)
    if (!seen.has(key) && !wasDisturbed(history, entry.atMs))
      wrong.push({
        promise: 'usage equals the books',
        what: `The provider told ${key}, and it is nowhere charged.`,
      })
  return [...wrong, ...callsDiffer(ledger)]
}

function callsDiffer({ calls, usages }: Parameters<Check>[0]['ledger']): readonly Violation[] {
  const charged = new Map(usages.map(row => [row.call_id, row] as const))
  return calls.flatMap(call => {
    const row = charged.get(call.id)
    if (call.input_tokens === null) return []
    if (row && row.input_tokens === call.input_tokens && row.output_tokens === call.output_tokens) return []
    const what = `Call ${call.id} consumed ${keyOf(call.input_tokens, call.output_tokens ?? 0)} and is charged ${row ? keyOf(row.input_tokens, row.output_tokens) : 'nothing'}.`
    return [{ promise: 'usage equals the books', what, turnId: call.turn_id }]
  })
}

/** A process that dies, leaves or is cut off within this of being told may not have kept it. */
const reachMs = 10_000

function wasDisturbed(history: readonly Entry[], atMs: number): boolean {
  return history.some(
    entry =>
      (entry.what === 'killed' || entry.what === 'left' || entry.what === 'trouble') &&
      entry.atMs > atMs - reachMs - (entry.what === 'trouble' ? (entry.forMs ?? 0) : 0) &&
      entry.atMs < atMs + reachMs,
  )
}

const keyOf = (input: number, output: number) => `${input} + ${output} tokens`
