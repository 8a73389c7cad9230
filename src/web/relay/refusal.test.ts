import { expect, it } from 'vitest'
import type { QuotaStanding, QuotaUnit } from '../../core/quota.ts'
import { quotaSpent } from './refusal.ts'

function spent(unit: QuotaUnit, limit: number, used: number): QuotaStanding {
  return {
    rule: { id: 'r1', scope: 'member', subject: '*', unit, period: 'day', limit, soft: false },
    subject: 'person:ada',
    bucket: '2026-11-21',
    limit,
    used,
    held: 0,
    resetsAtMs: Date.UTC(2026, 10, 22),
    timeZone: 'UTC',
  }
}

it.each([
  ['costMicros', 4_000, 3_500, 'The limit of $0.004 per day has no room for this ($0.0035 used).'],
  ['costMicros', 12_500_000, 12_500_000, 'The limit of $12.50 per day has no room for this ($12.50 used).'],
  ['tokens', 1_000, 990, 'The limit of 1000 tokens per day has no room for this (990 tokens used).'],
] as const)('a spent limit in %s says how much it is', (unit, limit, used, says) => {
  const { message } = quotaSpent({ refusedBy: spent(unit, limit, used), reason: 'spent' }, 0)
  expect(message).toMatch(says)
})
