import type { ErrorCode } from './errors.ts'
import type { ModelResponse } from './model.ts'
import type { ModelCall, Receipt } from './receipt.ts'
import type { Store, Stores } from './store.ts'
import { countTokens } from './tokens.ts'
import type { SpentCall, Usage } from './usage.ts'

/** A ModelCall that is on record and not charged yet. */
export interface UnsettledCall extends Pick<ModelCall, 'id' | 'purpose' | 'startedAtMs'> {
  readonly model: string
  readonly tokens: Receipt['tokens']
  /** Absent when the process that asked died. */
  readonly response?: ModelResponse
  readonly error?: ErrorCode
}

/** Failures after which the provider may have read the question, and began to count. */
const reached: ReadonlySet<ErrorCode> = new Set(['aborted', 'model_malformed', 'content_filtered'])

/** What a call is charged; undefined when no model was reached. Parley counts itself where the provider never said. */
export function spentOn(call: UnsettledCall, agentId?: string): SpentCall | undefined {
  const { id, purpose, model, response, startedAtMs } = call
  const told = response?.usage
  const usage = told ?? ownCount(call)
  if (!usage) return undefined
  return {
    callId: id,
    purpose,
    model,
    usage,
    estimated: told === undefined,
    atMs: startedAtMs,
    ...(agentId === undefined ? {} : { agentId }),
  }
}

function ownCount({ tokens, response, error }: UnsettledCall): Usage | undefined {
  const text = response?.choices.map(choice => choice.content).join('') ?? ''
  if (text === '' && error !== undefined && !reached.has(error)) return undefined
  return {
    inputTokens: tokens.instructions + tokens.asked + tokens.summary + tokens.history + (tokens.guide ?? 0),
    cachedInputTokens: 0,
    outputTokens: countTokens(text),
  }
}

/**
 * Ends the Reservation of a Turn, or that of its title, with every call that is on record and was not charged: those
 * of a process that died too. Released when there is none. In the caller's transaction.
 */
export async function settleCalls(
  stores: Stores,
  { turnId, forTitle = false }: { readonly turnId: string; readonly forTitle?: boolean },
  agentId?: string,
): Promise<void> {
  const calls = await stores.modelCalls.unsettled(turnId)
  await stores.quotas.settle(
    { id: forTitle ? titleReservation(turnId) : turnId },
    calls.flatMap(call => ((call.purpose === 'title') === forTitle ? (spentOn(call, agentId) ?? []) : [])),
  )
}

const titlePrefix = 'title:'

export function titleReservation(turnId: string): string {
  return `${titlePrefix}${turnId}`
}

/** A Reservation that is open this long after it was made, with nobody at work under it, was left behind. */
const leftBehindMs = 15 * 60_000
/** Counters of past periods are of no use but to who looks back; the usage itself stays. */
const keptCountersMs = 62 * 24 * 60 * 60_000
const sweepBatch = 100

/** Ends what processes that died left behind, and forgets old counters; to be called every few minutes. */
export async function tidyQuotas(store: Store, nowMs: number): Promise<void> {
  for (;;) {
    const left = await store.quotas.abandoned(nowMs - leftBehindMs, sweepBatch)
    for (const { id } of left) {
      const forTitle = id.startsWith(titlePrefix)
      const turnId = forTitle ? id.slice(titlePrefix.length) : id
      await store.atomically(stores => settleCalls(stores, { turnId, forTitle }))
    }
    if (left.length < sweepBatch) break
  }
  await store.quotas.tidy(nowMs - keptCountersMs)
}
