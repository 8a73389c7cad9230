import { expect, it } from 'vitest'
import { dayStartMs } from './day-start.ts'

it.each([
  ['2026-11-21', 'UTC', '2026-11-21T00:00:00Z'],
  ['2026-11-21', 'Asia/Seoul', '2026-11-20T15:00:00Z'],
  ['2026-11-21', 'America/New_York', '2026-11-21T05:00:00Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
])('%s begins in %s at %s', (date, timeZone, instant) =>
  expect(new Date(dayStartMs(date, timeZone)).toISOString()).toBe(instant.replace('Z', '.000Z')),
)

it('a day has 23 hours when clocks are put forward', () => {
  const hours =
    (dayStartMs('2026-03-29', 'Europe/Berlin', 1) - dayStartMs('2026-03-29', 'Europe/Berlin')) / 3_600_000
  expect(hours).toBe(23)
})
