import { describe, expect, it } from 'vitest'
import { createLanes, type Lane } from './lanes.ts'

const support = { channel: 'support' }
const thread = (name: string) => ({ channel: 'support', thread: name })

/** Work that is done when it is told to be; what has begun, and what is done, by name and in order. */
function createBench() {
  const lanes = createLanes()
  const begun: string[] = []
  const releases = new Map<string, () => void>()
  return {
    begun,
    add: (name: string, lane: Lane, atTs?: number) => {
      const work = () => {
        begun.push(name)
        return new Promise<void>(resolve => releases.set(name, resolve))
      }
      void lanes.run(lane, atTs, work)
    },
    /** Ends this one; gives what begins then. */
    end: async (name: string): Promise<readonly string[]> => {
      const before = begun.length
      releases.get(name)?.()
      await new Promise(resolve => setImmediate(resolve))
      return begun.slice(before)
    },
  }
}

describe('work on a channel', () => {
  it('waits for what runs there, and goes by when it happened', async () => {
    const lanes = createLanes()
    const done: string[] = []
    const release: (() => void)[] = []
    const work = (name: string) => () =>
      new Promise<void>(resolve => release.push(() => resolve(void done.push(name))))
    const all = [
      lanes.run(support, 1, work('first')),
      lanes.run(support, 3, work('third')),
      lanes.run(support, 2, work('second')),
      lanes.run({ channel: 'eng' }, 9, work('elsewhere')),
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
      lanes.run(support, 1, () => Promise.reject(new Error('later'))),
      lanes.run(support, 2, () => {
        throw new Error('at once')
      }),
    ]
    const after = lanes.run(support, 3, () => Promise.resolve('fine'))
    expect(await Promise.allSettled(failing)).toMatchObject([
      { status: 'rejected', reason: { message: 'later' } },
      { status: 'rejected', reason: { message: 'at once' } },
    ])
    expect(await after).toBe('fine')
    expect(await lanes.run(support, 4, () => Promise.resolve('again'))).toBe('again')
  })

  it('goes on beside that of other threads, and not beside that of its own', async () => {
    const { add, begun, end } = createBench()
    add('question', thread('a'), 1)
    add('edit', thread('a'), 5)
    add('elsewhere', thread('b'), 2)
    add('late reply', thread('a'), 3)
    expect(begun).toEqual(['question', 'elsewhere'])
    expect(await end('question')).toEqual(['late reply'])
    expect(await end('elsewhere')).toEqual([])
    expect(await end('late reply')).toEqual(['edit'])
  })

  it('on the whole of it waits for every thread, and every thread for it', async () => {
    const { add, begun, end } = createBench()
    add('one', thread('a'), 1)
    add('two', thread('b'), 2)
    add('deletion', support, 4)
    add('after it', thread('c'), 5)
    add('before it', thread('c'), 3)
    expect(begun).toEqual(['one', 'two', 'before it'])
    expect(await end('one')).toEqual([])
    expect(await end('before it')).toEqual([])
    expect(await end('two')).toEqual(['deletion'])
    expect(await end('deletion')).toEqual(['after it'])
  })

  it('without a time comes after what is there, and does not wait for what comes later', async () => {
    const { add, begun, end } = createBench()
    add('one', thread('a'), 1)
    add('two', thread('a'), 2)
    add('command', support)
    add('said later', thread('b'), 3)
    expect(begun).toEqual(['one'])
    expect(await end('one')).toEqual(['two'])
    expect(await end('two')).toEqual(['command'])
    expect(await end('command')).toEqual(['said later'])
  })
})
