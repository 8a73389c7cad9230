import { expect, it } from 'vitest'
import { createGate } from './gate.ts'

it('lets so many through at once, the others in their order, and turns away those who are too many', async () => {
  const gate = createGate({ atOnce: 2, maxWaiting: 3 })
  const order: number[] = []
  const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const passes = doors.map((door, index) =>
    gate.pass(() => {
      order.push(index)
      return door.promise
    }),
  )
  await expect(gate.pass(() => Promise.resolve())).rejects.toMatchObject({ code: 'rate_limited' })
  expect(order).toEqual([0, 1])
  doors[1]?.resolve()
  await passes[1]
  await expect.poll(() => order).toEqual([0, 1, 2])
  for (const door of doors) door.resolve()
  await Promise.all(passes)
  expect(order).toEqual([0, 1, 2, 3, 4])
})

it('one that fails leaves its place to the next', async () => {
  const gate = createGate({ atOnce: 1, maxWaiting: 9 })
  const failed = gate.pass(() => Promise.reject(new Error('no')))
  const next = gate.pass(() => Promise.resolve('yes'))
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
  expect(await gate.pass(() => Promise.resolve('again'))).toBe('again')
})
