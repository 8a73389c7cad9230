import { describe, expect, it } from 'vitest'
import { createLanes } from './lanes.ts'

describe('work on a channel', () => {
  it('waits for what runs there, and goes by when it happened', async () => {
    const lanes = createLanes()
    const done: string[] = []
    const release: (() => void)[] = []
    const work = (name: string) => () =>
      new Promise<void>(resolve => release.push(() => resolve(void done.push(name))))
    const all = [
      lanes.run('support', 1, work('first')),
      lanes.run('support', 3, work('third')),
      lanes.run('support', 2, work('second')),
      lanes.run('eng', 9, work('elsewhere')),
    ]
    expect(release).toHaveLength(2)
    let ended = false
    void Promise.all(all).then(() => (ended = true))
    await expect
      .poll(() => {
        for (const go of release.splice(0)) go()
        return ended
      })
      .toBe(true)
    expect(done).toEqual(['first', 'elsewhere', 'second', 'third'])
  })

  it('goes on after a failure, which is its caller’s alone', async () => {
    const lanes = createLanes()
    const failing = [
      lanes.run('support', 1, () => Promise.reject(new Error('later'))),
      lanes.run('support', 2, () => {
        throw new Error('at once')
      }),
    ]
    const after = lanes.run('support', 3, () => Promise.resolve('fine'))
    expect(await Promise.allSettled(failing)).toMatchObject([
      { status: 'rejected', reason: { message: 'later' } },
      { status: 'rejected', reason: { message: 'at once' } },
    ])
    expect(await after).toBe('fine')
    expect(await lanes.run('support', 4, () => Promise.resolve('again'))).toBe('again')
  })
})
