import { expect, it } from 'vitest'
import { createPasswordHasher } from '../adapters/argon2/password-hasher.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { adaEmail, openAccounts } from '../testing/accounts.ts'
import { timesTheWork } from '../testing/same-work.ts'

onEveryEngine('by time', open => {
  it('nobody learns from a refused sign-in whether an address has an account', async () => {
    const { accounts, ada, clock } = openAccounts((await open()).store, { hasher: createPasswordHasher() })
    await ada()
    const refused = async (email: string) => {
      await clock.advance(15 * 60_000)
      await expect(accounts.login({ email, password: 'not the one' }, {})).rejects.toMatchObject({
        code: 'invalid_credentials',
      })
    }
    const ratio = await timesTheWork(
      () => refused(adaEmail),
      () => refused('nobody@example.com'),
    )
    expect(ratio).toBeGreaterThan(0.9)
    expect(ratio).toBeLessThan(1.1)
  }, 90_000)
})
