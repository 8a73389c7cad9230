import { parseOptions } from '@node-rs/argon2'
import { expect, it } from 'vitest'
import { timesTheWork } from '../../testing/same-work.ts'
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
  const wrong = async (hash: string | undefined) =>
    expect((await hasher.verify(hash, 'wrong')).ok).toBe(false)
  const ratio = await timesTheWork(
    () => wrong(undefined),
    () => wrong(kept),
  )
  expect(ratio).toBeGreaterThan(0.9)
  expect(ratio).toBeLessThan(1.1)
}, 90_000)

it('in a flood lets others work, and turns the last away', async () => {
  const hasher = createPasswordHasher({ memoryCost: 1_024, timeCost: 1, parallelism: 1 })
  const kept = await hasher.hash(password)
  const flood = Array.from({ length: 500 }, () =>
    hasher.verify(kept, 'wrong').then(
      () => 'checked',
      (error: unknown) => error,
    ),
  )
  const ended: string[] = []
  const over = Promise.all(flood).finally(() => ended.push('the flood'))
  for (let round = 0; round < 20; round += 1) await new Promise(resolve => void setImmediate(resolve))
  ended.push('another')
  const outcomes = await over
  expect(ended).toEqual(['another', 'the flood'])
  expect(outcomes.filter(outcome => outcome === 'checked')).toHaveLength(402)
  expect(outcomes.find(outcome => outcome !== 'checked')).toMatchObject({ code: 'rate_limited' })
})
