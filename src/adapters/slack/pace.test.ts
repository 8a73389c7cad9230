import { describe, expect, it } from 'vitest'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import { createPace } from './pace.ts'

const tenPerSecond = { count: 10, windowMs: 1_000 }

describe('a pace', () => {
  it('never lets more calls through in any window than it may', async () => {
    const clock = createSteppedClock()
    const allowance = { count: 4, windowMs: 1_000 }
    const pace = createPace(allowance, clock)
    const times: number[] = []
    for (let count = 0; count < 40; count++) void pace.take().then(() => times.push(clock.nowMs()))
    for (let step = 0; step < 300; step++) await clock.advance(100)
    expect(times).toHaveLength(40)
    const { count, windowMs } = allowance
    const crowded = times.filter((at, index) => (times[index + count] ?? Infinity) - at < windowMs)
    expect(crowded).toEqual([])
    expect(times.at(-1)).toBe((times[0] ?? 0) + 9_000)
  })

  it('serves who waits in order, the urgent first', async () => {
    const clock = createSteppedClock()
    const pace = createPace({ count: 1, windowMs: 100 }, clock)
    const served: string[] = []
    const wait = (name: string, urgent = false) => void pace.take({ urgent }).then(() => served.push(name))
    for (const name of ['first', 'second', 'third']) wait(name)
    wait('last word', true)
    await clock.advance(1_000)
    expect(served).toEqual(['first', 'last word', 'second', 'third'])
  })

  it('waits for nobody who has left', async () => {
    const clock = createSteppedClock()
    const pace = createPace({ count: 1, windowMs: 100 }, clock)
    await pace.take()
    const leave = new AbortController()
    const left = pace.take({ signal: leave.signal })
    const stays = pace.take()
    leave.abort()
    expect(await left).toBe(false)
    await clock.advance(100)
    expect(await stays).toBe(true)
    expect(await pace.take({ signal: leave.signal })).toBe(false)
  })

  it('gives what may be had at once, and says when nothing may', async () => {
    const clock = createSteppedClock()
    const pace = createPace(tenPerSecond, clock)
    expect(Array.from({ length: 11 }, () => pace.tryTake())).toEqual([...Array(10).fill(true), false])
    expect(pace.waitMs()).toBe(1_000)
    await clock.advance(1_000)
    expect(pace.tryTake()).toBe(true)
  })

  it('holds still when Slack asks for it', async () => {
    const clock = createSteppedClock()
    const pace = createPace(tenPerSecond, clock)
    pace.hold(5_000)
    let taken = false
    void pace.take().then(() => (taken = true))
    await clock.advance(4_900)
    expect([taken, pace.tryTake()]).toEqual([false, false])
    await clock.advance(200)
    expect(taken).toBe(true)
  })
})
