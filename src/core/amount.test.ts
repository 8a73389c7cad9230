import { expect, it } from 'vitest'
import { parseAmount, sayAmount } from './amount.ts'

it.each([
  ['costMicros', 600_000_000, '$600', '$600'],
  ['costMicros', 175_100_000, '$175.10', '$175.10'],
  ['costMicros', 12_345_678_900, '$12,345.68', '$12,345.68'],
  ['costMicros', 500_000, '$0.50', '$0.50'],
  ['costMicros', 4_210, '$0.0042', '$0.0042'],
  ['costMicros', 12_000, '$0.012', '$0.012'],
  ['costMicros', 1_499_999, '$1.50', '$1.50'],
  ['costMicros', 0, '$0', '$0'],
  ['tokens', 214_000, '214\u00a0k', '21.4만'],
  ['tokens', 2_000_000, '2\u00a0M', '200만'],
  ['tokens', 9_999, '9,999', '9,999'],
  ['requests', 1_284, '1,284', '1,284'],
] as const)('%s of %d are said %s', (unit, amount, english, korean) => {
  expect([sayAmount(unit, amount, 'en'), sayAmount(unit, amount, 'ko')]).toEqual([english, korean])
})

it.each([
  ['costMicros', '$600', 600_000_000],
  ['costMicros', '600 dollars', 600_000_000],
  ['costMicros', ' $1,250.50 ', 1_250_500_000],
  ['costMicros', '0,5', 500_000],
  ['costMicros', '$2k', 2_000_000_000],
  ['tokens', '2 M', 2_000_000],
  ['tokens', '1.5m tokens', 1_500_000],
  ['tokens', '200k', 200_000],
  ['tokens', '20만 토큰', 200_000],
  ['tokens', '2,000,000', 2_000_000],
  ['requests', '50', 50],
  ['requests', '5 requests', 5],
  ['requests', '0', 0],
  ['requests', '0.5', undefined],
  ['requests', '-5', undefined],
  ['requests', 'many', undefined],
  ['requests', '', undefined],
  ['tokens', '1e9', undefined],
  ['tokens', '9999999999999999999', undefined],
  ['costMicros', '1,25,00', undefined],
] as const)('of %s, “%s” is %s', (unit, text, amount) => {
  expect(parseAmount(unit, text)).toBe(amount)
})
