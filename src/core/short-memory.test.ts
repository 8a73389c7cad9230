import { expect, it } from 'vitest'
import { createShortMemory } from './short-memory.ts'

function remember(maxEntries = 9) {
  let now = 0
  let asked = 0
  const memory = createShortMemory<string>({ nowMs: () => now, validMs: 10, maxEntries })
  return {
    ask: (key: string) => memory.get(key, () => Promise.resolve(`${key} ${(asked += 1)}`)),
    fail: (key: string) => memory.get(key, () => Promise.reject(new Error('away'))),
    wait: (ms: number) => void (now += ms),
  }
}

it('answers once and again until its time is over', async () => {
  const { ask, wait } = remember()
  expect(await Promise.all([ask('ada'), ask('ada'), ask('grace')])).toEqual(['ada 1', 'ada 1', 'grace 2'])
  wait(9)
  expect(await ask('ada')).toBe('ada 1')
  wait(1)
  expect(await ask('ada')).toBe('ada 3')
})

it('forgets the oldest when it is full', async () => {
  const { ask } = remember(2)
  for (const key of ['ada', 'grace', 'linus']) await ask(key)
  expect(await ask('grace')).toBe('grace 2')
  expect(await ask('ada')).toBe('ada 4')
})

it('does not remember that nobody answered', async () => {
  const { ask, fail } = remember()
  await expect(fail('ada')).rejects.toThrow('away')
  expect(await ask('ada')).toBe('ada 1')
})

it('forgets what is over, and what was being loaded then', async () => {
  let asked = 0
  const memory = createShortMemory<string>({ nowMs: () => 0, validMs: 10, maxEntries: 9 })
  const { promise, resolve } = Promise.withResolvers<string>()
  const ask = (key: string) => memory.get(key, () => Promise.resolve(`${key} ${(asked += 1)}`))
  await Promise.all([ask('ada'), ask('grace')])
  const slow = memory.get('linus', () => promise)
  memory.forget(value => value.startsWith('ada'))
  resolve('linus, as he was')
  expect(await slow).toBe('linus, as he was')
  expect([await ask('ada'), await ask('grace'), await ask('linus')]).toEqual(['ada 3', 'grace 2', 'linus 4'])
})

it('remembers only what it is told to keep', async () => {
  let asked = 0
  const memory = createShortMemory<number>({
    nowMs: () => 0,
    validMs: 10,
    maxEntries: 9,
    keeps: value => value > 1,
  })
  const ask = () => memory.get('ada', () => Promise.resolve((asked += 1)))
  expect([await ask(), await ask(), await ask()]).toEqual([1, 2, 2])
})
