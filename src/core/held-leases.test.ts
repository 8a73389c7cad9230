import { beforeEach, expect, it } from 'vitest'
import { createHeldLeases } from './held-leases.ts'
import type { Renewal } from './job.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

const leaseMs = 9_000

/** What the queue says when it is asked next; it is not there where nothing is given. */
let answers: (Renewal | undefined)[]
let asked: (readonly string[])[]

beforeEach(() => {
  answers = []
  asked = []
})

const said = (renewed: readonly string[], lost: readonly string[] = []): Renewal => ({
  renewed: new Set(renewed),
  lost: new Set(lost),
})

/** Somebody who holds leases, and has heard which are gone. */
function holder() {
  const clock = createSteppedClock()
  const renew = (leases: readonly { readonly jobId: string }[]) => {
    asked.push(leases.map(({ jobId }) => jobId))
    const answer = answers.shift()
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('There is no queue.'))
  }
  const leases = createHeldLeases({ jobs: { renew }, clock }, leaseMs)
  const lost: string[] = []
  const over = new AbortController()
  void leases.keep(over.signal)
  const hold = (jobId: string) => leases.hold({ jobId, token: 'ours' }, silentLog, () => lost.push(jobId))
  return { clock, hold, lost, over }
}

it('what is held is renewed together, three times in its time, and what is let go no more', async () => {
  const { clock, hold, lost } = holder()
  answers = [said(['a', 'b']), said(['b'])]
  const letGo = hold('a')
  hold('b')
  await clock.advance(3_000)
  letGo()
  await clock.advance(3_000)
  expect(asked).toEqual([['a', 'b'], ['b']])
  expect(lost).toEqual([])
})

it('the one that is lost is told so, once, and the others go on', async () => {
  const { clock, hold, lost } = holder()
  answers = [said(['b'], ['a']), said(['b'])]
  hold('a')
  hold('b')
  await clock.advance(3_000)
  await clock.advance(3_000)
  expect(lost).toEqual(['a'])
  expect(asked).toEqual([['a', 'b'], ['b']])
})

it('a job that is claimed anew in the same process is lost to who held it before', async () => {
  const { clock, hold, lost } = holder()
  answers = [said(['a'])]
  hold('a')
  hold('a')
  expect(lost).toEqual(['a'])
  await clock.advance(3_000)
  expect([asked, lost]).toEqual([[['a']], ['a']])
})

it('one that is just being changed is not lost before its time is over', async () => {
  const { clock, hold, lost } = holder()
  answers = [said([]), said([]), said([])]
  hold('a')
  await clock.advance(3_000)
  await clock.advance(3_000)
  expect(lost).toEqual([])
  await clock.advance(3_000)
  expect(lost).toEqual(['a'])
})

it('a queue that cannot be asked loses none before its time is over, and the time begins anew with each renewal', async () => {
  const { clock, hold, lost } = holder()
  answers = [undefined, said(['a']), undefined, undefined, undefined]
  hold('a')
  for (let round = 0; round < 4; round += 1) await clock.advance(3_000)
  expect(lost).toEqual([])
  await clock.advance(3_000)
  expect(lost).toEqual(['a'])
})

it('nothing is renewed once it is over', async () => {
  const { clock, hold, over } = holder()
  hold('a')
  over.abort()
  await clock.advance(9_000)
  expect(asked).toEqual([])
})
