import { parseOptions } from '@node-rs/argon2'
import { expect, it } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

const password = 'the engine weaves algebra'

it('hashes by argon2id with 19 MiB, two passes and one lane', async () => {
  const kept = await createPasswordHasher().hash(password)
  expect(kept).toMatch(/^\$argon2id\$/)
  expect(parseOptions(kept)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 })
})

it('knows the password again, and no other; how its accents were typed does not matter', async () => {
  const hasher = createPasswordHasher()
  const kept = await hasher.hash('caf\u00e9 au lait, s\u00b2')
  expect(await hasher.verify(kept, 'cafe\u0301 au lait, s2')).toEqual({ ok: true, outdated: false })
  expect(await hasher.verify(kept, 'cafe au lait, s2')).toEqual({ ok: false, outdated: false })
})

it('says when a hash was made with other parameters', async () => {
  const kept = await createPasswordHasher({ memoryCost: 8_192, timeCost: 1, parallelism: 1 }).hash(password)
  expect(await createPasswordHasher().verify(kept, password)).toEqual({ ok: true, outdated: true })
  expect(await createPasswordHasher().verify(kept, 'another')).toEqual({ ok: false, outdated: false })
})

it('takes as long for nobody’s password as for somebody’s', async () => {
  const hasher = createPasswordHasher()
  const kept = await hasher.hash(password)
  await hasher.verify(undefined, 'warm')
  const spent = { known: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < 25; round += 1) {
    for (const who of ['known', 'unknown'] as const) {
      const from = performance.now()
      expect((await hasher.verify(who === 'known' ? kept : undefined, 'wrong')).ok).toBe(false)
      spent[who].push(performance.now() - from)
    }
  }
  // The quickest of each is what the work itself takes, whatever else the machine does.
  expect(Math.min(...spent.unknown) / Math.min(...spent.known)).toBeGreaterThan(0.9)
  expect(Math.min(...spent.unknown) / Math.min(...spent.known)).toBeLessThan(1.1)
})

it('in a flood lets others work, and turns the last away', async () => {
  const hasher = createPasswordHasher()
  const kept = await hasher.hash(password)
  const flood = Array.from({ length: 500 }, () =>
    hasher.verify(kept, 'wrong').then(
      () => 'checked',
      (error: unknown) => error,
    ),
  )
  const stalls: number[] = []
  const over = Promise.all(flood).then(outcomes => ({ outcomes }))
  for (let round = 0; round < 20; round += 1) {
    const from = performance.now()
    await new Promise(resolve => void setImmediate(resolve))
    stalls.push(performance.now() - from)
  }
  const { outcomes } = await over
  // Most of them: one may fall on a moment when the machine itself has too much to do.
  expect(stalls.toSorted((a, b) => a - b)[Math.floor(stalls.length / 2)]).toBeLessThan(100)
  expect(outcomes.filter(outcome => outcome === 'checked')).toHaveLength(402)
  expect(outcomes.find(outcome => outcome !== 'checked')).toMatchObject({ code: 'rate_limited' })
})
