import type { Check, Entry, Evidence, Violation } from './evidence.ts'

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

/** What is recorded as told by the provider was told, once. */
export const usageWasTold: Check = ({ history, ledger }) => {
  const told = new Set(toldIn(history).map(keyOf))
  const seen = new Set<string>()
  const wrong: Violation[] = []
  for (const row of ledger.usages.filter(({ estimated }) => !estimated)) {
    const key = keyOf(toUsage(row))
    const about = { promise: 'usage equals the books', turnId: row.reservation_id }
    if (!told.has(key)) wrong.push({ ...about, what: `${key} is charged, and the provider never told it.` })
    if (seen.has(key)) wrong.push({ ...about, what: `${key} was told once and is charged twice.` })
    seen.add(key)
  }
  return wrong
}

/**
 * What was told is charged, call by call of the Turns that asked, unless its word never came to be stored: then the
 * trail shows a call that was not followed, in the process that made it, by the model's end and what comes after that
 * is stored; or more requests came than calls were made, because one that was not answered was sent again.
 */
export const whatWasToldIsCharged: Check = evidence => {
  const { history, ledger } = evidence
  const charged = new Set(ledger.usages.filter(({ estimated }) => !estimated).map(row => keyOf(toUsage(row))))
  const uncharged = Map.groupBy(
    toldIn(history).filter(told => !charged.has(keyOf(told))),
    ({ question }) => question,
  )
  return [...uncharged].flatMap(([question, all]): readonly Violation[] => {
    const turnIds = turnsAsking(evidence, question)
    const unheard =
      turnIds.flatMap(turnId => callsLost(history, turnId)).length + sentAgain(history, turnIds, question)
    if (all.length <= unheard) return []
    const what = `The provider told ${all.map(keyOf).join(', ')}; ${unheard} of that could not be kept, and the rest is nowhere charged.`
    return [{ promise: 'usage equals the books', what, ...(question === undefined ? {} : { question }) }]
  })
}

/** A call on record is charged what it consumed, or by Parley's own count, or failed before it came to the model. */
export const callsAreCharged: Check = ({ ledger: { calls, usages } }) => {
  const charged = new Map(usages.map(row => [row.call_id, row] as const))
  return calls.flatMap(call => {
    const row = charged.get(call.id)
    const about = { promise: 'usage equals the books', turnId: call.turn_id }
    if (call.input_tokens === null) {
      if (row?.estimated || (!row && call.error !== null)) return []
      return [{ ...about, what: `Call ${call.id} neither failed nor is charged.` }]
    }
    if (row && row.input_tokens === call.input_tokens && row.output_tokens === call.output_tokens) return []
    const own = keyOf({ input: call.input_tokens, output: call.output_tokens ?? 0 })
    const what = `Call ${call.id} consumed ${own} and is charged ${row ? keyOf(toUsage(row)) : 'nothing'}.`
    return [{ ...about, what }]
  })
}

const toldIn = (history: readonly Entry[]) =>
  history.flatMap(entry => (entry.what === 'model told' ? [entry] : []))

/** Turns that asked this last: what a model is asked last is what it answers. */
function turnsAsking({ history, ledger }: Evidence, question: number | undefined): readonly string[] {
  const refs = new Set(
    history.flatMap(entry => (entry.what === 'said' && entry.question === question ? [entry.messageId] : [])),
  )
  const places = new Map(ledger.messages.map(({ id }, at) => [id, at] as const))
  const own = new Set(ledger.messages.flatMap(({ id, ref }) => (ref !== null && refs.has(ref) ? [id] : [])))
  return [...Map.groupBy(ledger.asked, row => row.turn_id)].flatMap(([turnId, rows]) => {
    const last = rows
      .toSorted((a, b) => (places.get(a.message_id) ?? 0) - (places.get(b.message_id) ?? 0))
      .at(-1)
    return last && own.has(last.message_id) ? [turnId] : []
  })
}

/** Requests that there were beyond the calls of these Turns. */
function sentAgain(
  history: readonly Entry[],
  turnIds: readonly string[],
  question: number | undefined,
): number {
  const asked = history.filter(
    entry => entry.what === 'model asked' && Number(/\d+/.exec(entry.question)?.[0]) === question,
  )
  const called = history.filter(
    entry => entry.what === 'step' && entry.step === 'model.called' && turnIds.includes(entry.turnId ?? ''),
  )
  return Math.max(0, asked.length - called.length)
}

/** What says that the end of a call is stored. */
const afterwards = new Set(['turn.delivering', 'turn.shown', 'turn.ended'])

/** Calls of a Turn whose end, or what was stored of it, never came in the process that made them. */
function callsLost(history: readonly Entry[], turnId: string): readonly Entry[] {
  const own = history
    .flatMap(entry => (entry.what === 'step' && entry.turnId === turnId ? [entry] : []))
    .toSorted((a, b) => a.atMs - b.atMs)
  return own.filter((call, at) => {
    if (call.step !== 'model.called') return false
    const after = own.slice(at + 1)
    const again = after.findIndex(({ step }) => step === 'model.called' || step === 'turn.begun')
    const until = again === -1 ? after : after.slice(0, again)
    const end = until.findIndex(({ step, detail }) => step === 'model.ended' && detail === 'finished')
    return end === -1 || !until.slice(end).some(({ step }) => afterwards.has(step))
  })
}

const toUsage = (row: { readonly input_tokens: number; readonly output_tokens: number }) => ({
  input: row.input_tokens,
  output: row.output_tokens,
})

const keyOf = ({ input, output }: { readonly input: number; readonly output: number }) =>
  `${input} + ${output} tokens`
