import { describe, expect, it } from 'vitest'
import { createSnowflakes, snowflakeMs } from './snowflake.ts'

describe('snowflakes', () => {
  it('tell the time they were made', () => {
    const nowMs = Date.UTC(2026, 10, 21, 9)
    expect(snowflakeMs(createSnowflakes(() => nowMs, '0')())).toBe(nowMs)
  })

  it('grow within one millisecond, when the clock goes back, and above what was there before', () => {
    const times = [2000, 2000, 1000, 3000].map(ms => Date.UTC(2026, 0, 1) + ms)
    const next = createSnowflakes(() => times.shift() ?? 0, '0')
    const ids = [next(), next(), next(), next()].map(BigInt)
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1)))
    const later = createSnowflakes(() => 0, '1999999999999999999')
    expect(later()).toBe('2000000000000000000')
  })

  it('have 17 to 19 digits on any clock', () => {
    for (const nowMs of [0, Date.UTC(2015, 1, 1), Date.UTC(2030, 0, 1)])
      expect(createSnowflakes(() => nowMs, '0')()).toMatch(/^\d{17,19}$/)
  })
})
