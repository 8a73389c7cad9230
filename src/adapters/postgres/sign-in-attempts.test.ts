import { expect, it } from 'vitest'
import type { SignInPurpose } from '../../core/sign-in-attempt.ts'
import { atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const attempt = {
  stateHash: 'state',
  browserHash: 'browser',
  provider: 'github',
  purpose: { kind: 'sign_in', next: '/chats/7' },
  expiresAtMs: atMs + 600_000,
} as const

onEveryEngine('round trips under way', open => {
  it('are spent by one of twenty who try at once', async () => {
    const { store } = await open()
    await store.signInAttempts.add(attempt, atMs)
    const tries = Array.from({ length: 20 }, () => store.signInAttempts.use(attempt, atMs))
    const told = (await Promise.all(tries)).filter(purpose => purpose !== undefined)
    expect(told).toEqual([attempt.purpose])
  })

  it('are not spent by another browser, state or service, nor after their time', async () => {
    const { store } = await open()
    await store.signInAttempts.add(attempt, atMs)
    for (const wrong of [{ browserHash: 'other' }, { stateHash: 'other' }, { provider: 'slack' }])
      expect(await store.signInAttempts.use({ ...attempt, ...wrong }, atMs)).toBeUndefined()
    expect(await store.signInAttempts.use(attempt, attempt.expiresAtMs)).toBeUndefined()
    expect(await store.signInAttempts.use(attempt, attempt.expiresAtMs - 1)).toEqual(attempt.purpose)
  })

  it('keep what each purpose needs', async () => {
    const { store } = await open()
    const purposes: readonly SignInPurpose[] = [
      { kind: 'sign_in' },
      { kind: 'link', memberId: 'm-ada', next: '/profile' },
      { kind: 'prove', memberId: 'm-ada', identityId: 'i', linkCodeHash: 'h' },
    ]
    for (const [index, purpose] of purposes.entries()) {
      const stateHash = `state-${index}`
      await store.signInAttempts.add({ ...attempt, stateHash, purpose }, atMs)
      expect(await store.signInAttempts.use({ ...attempt, stateHash }, atMs)).toEqual(purpose)
    }
  })

  it('are forgotten once they ran out, by any number who begin at once', async () => {
    const { store, database } = await open()
    const begin = (name: string, nowMs: number) =>
      store.signInAttempts.add({ ...attempt, stateHash: name, expiresAtMs: nowMs + 600_000 }, nowMs)
    await Promise.all(Array.from({ length: 30 }, (_, index) => begin(`old-${index}`, atMs)))
    const laterMs = atMs + 700_000
    await Promise.all(Array.from({ length: 10 }, (_, index) => begin(`new-${index}`, laterMs)))
    const left = await database.handle.selectFrom('sign_in_attempts').select('state_hash').execute()
    expect(left.map(row => row.state_hash).filter(name => name.startsWith('old'))).toEqual([])
    expect(left).toHaveLength(10)
  })
})
