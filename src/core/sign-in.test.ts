import { expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { adaEmail, openAccounts, testPassword } from '../testing/accounts.ts'
import { networkOf } from './rate-limit.ts'
import { accessTokenMs, sessionMs } from './session.ts'

const right = { email: adaEmail, password: testPassword }
const wrong = { email: adaEmail, password: 'not the one she chose' }
const from = (address: string) => ({ address, userAgent: 'Firefox' })
const here = from('192.0.2.1')
const quarterHour = 15 * 60_000

onEveryEngine('signing in', open => {
  const house = async () => openAccounts((await open()).store)

  it('gives a token for a quarter of an hour, and a new one for the asking', async () => {
    const { accounts, ada, clock } = await house()
    const { member } = await ada()
    const grant = await accounts.login({ ...right, email: ' ADA@example.com ' }, here)
    expect(grant).toMatchObject({ member: { id: member.id }, expiresIn: 900 })
    expect(await accounts.authenticate(grant.accessToken)).toMatchObject({
      member: { id: member.id },
      sessionId: grant.session.id,
      viewer: { memberId: member.id },
    })
    await clock.advance(accessTokenMs)
    expect(await accounts.authenticate(grant.accessToken)).toBeUndefined()
    const next = await accounts.refresh(grant.refreshToken, here)
    expect(next.session.id).toBe(grant.session.id)
    expect(await accounts.authenticate(next.accessToken)).toBeDefined()
    expect(next.refreshExpiresAtMs).toBe(grant.refreshExpiresAtMs)
  })

  it('each sign-in is a session of its own, listed and endable', async () => {
    const { accounts, ada } = await house()
    const { member, grant } = await ada()
    const phone = await accounts.login(right, from('192.0.2.9'))
    expect(phone.session.id).not.toBe(grant.session.id)
    expect((await accounts.listSessions(member.id)).map(({ address }) => address)).toContain('192.0.2.9')
    await accounts.endSession(member.id, phone.session.id)
    await expect(accounts.endSession(member.id, phone.session.id)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(accounts.endSession('somebody', grant.session.id)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await accounts.authenticate(phone.accessToken)).toBeUndefined()
    expect(await accounts.authenticate(grant.accessToken)).toBeDefined()
  })

  it('signing out ends the session by either token; everywhere ends all', async () => {
    const { accounts, ada } = await house()
    const { member, grant } = await ada()
    const [second, third] = [await accounts.login(right, here), await accounts.login(right, here)]
    await accounts.logout({ sessionId: grant.session.id })
    await accounts.logout({ refreshToken: second.refreshToken })
    await accounts.logout({ refreshToken: 'unknown' })
    expect(await accounts.authenticate(grant.accessToken)).toBeUndefined()
    expect(await accounts.authenticate(second.accessToken)).toBeUndefined()
    expect(await accounts.authenticate(third.accessToken)).toBeDefined()
    await accounts.logoutEverywhere(member.id)
    expect(await accounts.authenticate(third.accessToken)).toBeUndefined()
  })

  it('an old refresh token ends the session and its person is told', async () => {
    const { accounts, ada, clock, store, mails } = await house()
    const { member, grant } = await ada()
    const next = await accounts.refresh(grant.refreshToken, here)
    await clock.advance(10_001)
    await expect(accounts.refresh(grant.refreshToken, here)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(accounts.refresh(next.refreshToken, here)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await accounts.authenticate(next.accessToken)).toBeUndefined()
    expect((await store.notices.unseen(member.id)).map(({ kind }) => kind)).toContain('session_stolen')
    expect((await mails()).at(-1)).toMatchObject({ subject: 'A sign-in of yours was used twice' })
  })

  it('two tabs that renew at once both go on, and nobody calls it theft', async () => {
    const { accounts, ada, clock, store } = await house()
    const { member, grant } = await ada()
    const tabs = await Promise.all([1, 2].map(() => accounts.refresh(grant.refreshToken, here)))
    await clock.advance(accessTokenMs)
    for (const tab of tabs) {
      const next = await accounts.refresh(tab.refreshToken, here)
      expect(await accounts.authenticate(next.accessToken)).toBeDefined()
    }
    expect((await store.notices.unseen(member.id)).map(({ kind }) => kind)).not.toContain('session_stolen')
  })

  it('however often renewed, a session ends after thirty days', async () => {
    const { accounts, ada, clock } = await house()
    const { grant } = await ada()
    await clock.advance(sessionMs - 1_000)
    const last = await accounts.refresh(grant.refreshToken, here)
    await clock.advance(1_000)
    expect(await accounts.authenticate(last.accessToken)).toBeUndefined()
    await expect(accounts.refresh(last.refreshToken, here)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('a suspended person is out at once, and learns why only with the right password', async () => {
    const { accounts, ada, store } = await house()
    const { member, grant } = await ada()
    await store.members.change(member.id, { suspendedAtMs: 1 })
    expect(await accounts.authenticate(grant.accessToken)).toBeUndefined()
    await expect(accounts.login(wrong, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
    await expect(accounts.login(right, here)).rejects.toMatchObject({ code: 'account_suspended' })
  })

  it('a password hashed with older parameters is hashed anew', async () => {
    const { accounts, ada, store } = await house()
    const { member } = await ada()
    const { hash } = await import('@node-rs/argon2')
    const old = await hash(testPassword, { memoryCost: 32, timeCost: 1, parallelism: 1 })
    await store.members.change(member.id, { passwordHash: old })
    await accounts.login(right, here)
    expect(await store.members.passwordHash(member.id)).toMatch(/m=64,t=1,p=1/)
    await accounts.login(right, here)
  })
})

onEveryEngine('guessing passwords', open => {
  const house = async () => openAccounts((await open()).store)

  it('five tries at an account in a quarter of an hour, from wherever, known or not', async () => {
    const { accounts, ada, clock } = await house()
    await ada()
    for (const email of [adaEmail, 'nobody@example.com']) {
      const guess = (index: number) => accounts.login({ ...wrong, email }, from(`198.51.100.${index}`))
      for (let index = 0; index < 5; index += 1) {
        await expect(guess(index)).rejects.toMatchObject({ code: 'invalid_credentials' })
      }
      await expect(guess(6)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: quarterHour })
    }
    await expect(accounts.login(right, here)).rejects.toMatchObject({ code: 'rate_limited' })
    await clock.advance(quarterHour)
    await accounts.login(right, here)
  })

  it('twenty tries from an address, over all accounts', async () => {
    const { accounts, ada } = await house()
    await ada()
    for (let index = 0; index < 20; index += 1) {
      await expect(
        accounts.login({ email: `nobody${index}@example.com`, password: 'x' }, here),
      ).rejects.toMatchObject({ code: 'invalid_credentials' })
    }
    await expect(accounts.login(right, here)).rejects.toMatchObject({ code: 'rate_limited' })
    await accounts.login(right, from('192.0.2.2'))
  })

  it('fifty guesses at once: five are looked at', async () => {
    const { accounts, ada } = await house()
    await ada()
    const guesses = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => accounts.login(wrong, from(`198.51.100.${index}`))),
    )
    const codes = guesses.map(guess => (guess.status === 'rejected' ? guess.reason.code : 'signed in'))
    expect(codes.filter(code => code === 'invalid_credentials')).toHaveLength(5)
    expect(codes.filter(code => code === 'rate_limited')).toHaveLength(45)
  })

  it('who knows the password signs in as often as they like', async () => {
    const { accounts, ada } = await house()
    await ada()
    for (let index = 0; index < 30; index += 1) await accounts.login(right, here)
    await expect(accounts.login(wrong, here)).rejects.toMatchObject({ code: 'invalid_credentials' })
  })

  it('five links for an address, then no more for a while', async () => {
    const { accounts, ada, mails } = await house()
    await ada()
    const before = (await mails()).length
    for (let index = 0; index < 5; index += 1)
      await accounts.forgotPassword(adaEmail, 'en', from(`198.51.100.${index}`))
    await expect(accounts.forgotPassword('ADA@example.com', 'en', here)).rejects.toMatchObject({
      code: 'rate_limited',
    })
    expect(await mails()).toHaveLength(before + 5)
  })
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
