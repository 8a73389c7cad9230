import { expect, it } from 'vitest'
import { sentenceOfRefusal } from './quota-sentences.ts'

it('the sentence of a refusal is about money, and about a price that is missing, too', () => {
  const refusal = {
    reason: 'spent',
    scope: 'workspace',
    unit: 'costMicros',
    period: 'month',
    limit: 5_000_000,
    used: 4_990_000,
    resetsAtMs: Date.UTC(2026, 11, 1),
    timeZone: 'UTC',
  } as const
  expect(sentenceOfRefusal(refusal, undefined)).toBe(
    'This workspace’s limit of $5.00 for this month has too little left for this ($4.99 used or in use); it begins anew on Tuesday 1 December at 00:00 (UTC). An admin can give you more.',
  )
  expect(sentenceOfRefusal({ ...refusal, reason: 'price_unknown' }, undefined)).toContain('An admin can set')
})
