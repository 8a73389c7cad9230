import type { QuotaClaim, QuotaRule } from '../../../core/quota.ts'
import type { Store } from '../../../core/store.ts'
import type { SpentCall } from '../../../core/usage.ts'
import { atMs, place } from './cast.ts'

type Rule = Omit<QuotaRule, 'id' | 'workspace'>

/** Ten requests a person a day, unless told. */
export const rule = (change: Partial<Rule>): Rule => ({
  scope: 'member',
  subject: '*',
  unit: 'requests',
  period: 'day',
  limit: 10,
  soft: false,
  ...change,
})

let claims = 0

export function claimOf(askerId: string, change: Partial<QuotaClaim> = {}): QuotaClaim {
  claims += 1
  return {
    reservationId: `r${claims}`,
    askerId,
    thread: place,
    model: 'm',
    estimate: { inputTokens: 60, outputTokens: 40 },
    atMs,
    ...change,
  }
}

export function callOf(callId: string, change: Partial<SpentCall> = {}): SpentCall {
  const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 5 }
  return { callId, purpose: 'answer', model: 'm', usage, atMs, ...change }
}

export const granted = async (store: Store, claim: QuotaClaim) => (await store.quotas.reserve(claim)).granted

/** What everybody's counters say, by the level they belong to. */
export async function counters(store: Store, askerId: string) {
  const standings = await store.quotas.standing({ askerId, thread: place, atMs })
  return standings.map(({ rule: { scope, unit }, used, held }) => ({ scope, unit, used, held }))
}
