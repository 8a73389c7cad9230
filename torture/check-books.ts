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

/** The counters of a workspace are what its calls add up to. */
export const countersAddUp: Check = ({ ledger }) =>
  ledger.buckets.flatMap(({ subject, bucket, ...row }): readonly Violation[] => {
    // Of a month: a round may last over midnight.
    if (!subject.startsWith('workspace:') || bucket.length !== 'YYYY-MM'.length) return []
    const calls = ledger.usages.filter(
      usage => subject === `workspace:${usage.platform}:${usage.workspace_id}`,
    )
    const tokens = calls.reduce((sum, usage) => sum + usage.input_tokens + usage.output_tokens, 0)
    const requests = calls.reduce((sum, usage) => sum + usage.requests, 0)
    if (tokens === row.tokens_used && requests === row.requests_used) return []
    const what = `${subject} counted ${row.tokens_used} tokens in ${row.requests_used} requests; its calls are ${tokens} in ${requests}.`
    return [{ promise: 'usage equals the books', what }]
  })

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
      (entry.what === 'killed' || entry.what === 'left' || isOutage(entry)) &&
      entry.atMs > atMs - reachMs - (entry.what === 'trouble' ? (entry.forMs ?? 0) : 0) &&
      entry.atMs < atMs + reachMs,
  )
}

const isOutage = (entry: Entry) => entry.what === 'trouble' && /^(network|database) /.test(entry.kind)

const keyOf = (input: number, output: number) => `${input} + ${output} tokens`
