import { describe, expect, it } from 'vitest'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import { createPump } from './pump.ts'

function setting() {
  const clock = createSteppedClock(0)
  const failures: unknown[] = []
  const pump = createPump({ clock, everyMs: 1_200, waited: () => {}, failed: error => failures.push(error) })
  const calls: string[] = []
  const call = (name: string, times = 1) => {
    let left = times
    return async () => {
      calls.push(`${name} at ${clock.nowMs()}`)
      left -= 1
      return left > 0
    }
  }
  return { clock, pump, calls, call, failures }
}

describe('a lane', () => {
  it('makes the first call at once and the next after the channel’s pause', async () => {
    const { clock, pump, calls, call } = setting()
    const lane = pump.lane('support')
    lane.request('ada', call('ada', 3))
    await clock.advance(3_000)
    expect(calls).toEqual(['ada at 0', 'ada at 1200', 'ada at 2400'])
  })

  it('lets the answers of one channel take turns', async () => {
    const { clock, pump, calls, call } = setting()
    const lane = pump.lane('support')
    lane.request('ada', call('ada', 2))
    lane.request('grace', call('grace', 2))
    await clock.advance(5_000)
    expect(calls).toEqual(['ada at 0', 'grace at 1200', 'ada at 2400', 'grace at 3600'])
  })

  it('does not wait for another channel', async () => {
    const { clock, pump, calls, call } = setting()
    pump.lane('support').request('ada', call('ada'))
    pump.lane('eng').request('grace', call('grace'))
    await clock.advance(0)
    expect(calls).toEqual(['ada at 0', 'grace at 0'])
  })

  it('leaves a request out when the same answer waits already: the newest state is read when it runs', async () => {
    const { clock, pump, calls, call } = setting()
    const lane = pump.lane('support')
    lane.request('linus', call('linus'))
    for (let snapshot = 0; snapshot < 5; snapshot += 1) lane.request('ada', call('ada'))
    await clock.advance(10_000)
    expect(calls).toEqual(['linus at 0', 'ada at 1200'])
  })

  it('lets go of an answer in the middle: no call more, and who waits for its end is told', async () => {
    const { clock, pump, calls, call } = setting()
    const lane = pump.lane('support')
    const told = lane.finish('ada', call('ada', 5)).catch((thrown: unknown) => thrown)
    lane.request('grace', call('grace', 2))
    await clock.advance(2_000)
    const over = lane.cancel('ada')
    expect(await told).toMatchObject({ code: 'lease_lost' })
    await clock.advance(10_000)
    await over
    expect(calls).toEqual(['ada at 0', 'grace at 1200', 'grace at 3600'])
  })

  it('finishes when nothing is left to do, and tells the first failure', async () => {
    const { clock, pump, call } = setting()
    const lane = pump.lane('support')
    let finished = false
    const done = lane.finish('ada', call('ada', 2)).then(() => (finished = true))
    await clock.advance(1_199)
    expect(finished).toBe(false)
    await clock.advance(1)
    await done
    const failing = lane.finish('ada', () => Promise.reject(new Error('gone')))
    const [outcome] = await Promise.allSettled([failing, clock.advance(2_000)])
    expect(outcome).toMatchObject({ status: 'rejected', reason: new Error('gone') })
  })

  it('tells a failed update and goes on with the others', async () => {
    const { clock, pump, calls, call, failures } = setting()
    const lane = pump.lane('support')
    lane.request('ada', () => Promise.reject(new Error('refused')))
    lane.request('grace', call('grace'))
    await clock.advance(2_000)
    expect(failures).toEqual([new Error('refused')])
    expect(calls).toEqual(['grace at 1200'])
  })
})
