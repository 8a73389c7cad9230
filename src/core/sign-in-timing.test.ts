import { expect, it } from 'vitest'
import { createPasswordHasher } from '../adapters/argon2/password-hasher.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { adaEmail, openAccounts } from '../testing/accounts.ts'

const leastRounds = 8
const mostRounds = 150

onEveryEngine('by time', open => {
  it('nobody learns from a refused sign-in whether an address has an account', async () => {
    const { accounts, ada, clock } = openAccounts((await open()).store, { hasher: createPasswordHasher() })
    await ada()
    const refused = async (email: string) => {
      await clock.advance(15 * 60_000)
      const from = performance.now()
      await expect(accounts.login({ email, password: 'not the one' }, {})).rejects.toMatchObject({
        code: 'invalid_credentials',
      })
      return performance.now() - from
    }
    await refused(adaEmail)
    await refused('nobody@example.com')
    // What else the machine does only ever adds time: the quickest of each come to what the work itself takes, and if
    // that differed, no number of rounds would bring them together.
    let [known, unknown] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let round = 0; round < mostRounds; round += 1) {
      known = Math.min(known, await refused(adaEmail))
      unknown = Math.min(unknown, await refused('nobody@example.com'))
      if (round >= leastRounds && Math.abs(known / unknown - 1) < 0.1) break
    }
    expect(known / unknown).toBeGreaterThan(0.9)
    expect(known / unknown).toBeLessThan(1.1)
  }, 90_000)
})
