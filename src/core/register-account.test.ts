import { expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { adaEmail, openAccounts, testPassword, testPublicUrl } from '../testing/accounts.ts'
import type { Registration } from './account.ts'

const registration: Registration = {
  email: adaEmail,
  username: 'ada',
  password: testPassword,
  language: 'en',
}
const here = { address: '192.0.2.1' }
const minute = 60_000

onEveryEngine('registering', open => {
  const house = async (options?: Parameters<typeof openAccounts>[1]) =>
    openAccounts((await open()).store, options)

  it('makes a limited account, and the mailed link makes it a whole one', async () => {
    const { accounts, mails, mailedToken, store } = await house()
    const ada = await accounts.register(registration, here)
    expect(ada).toMatchObject({ username: 'ada', nickname: 'ada', emailConfirmed: false, hasPassword: true })
    const [mail] = await mails()
    expect(mail).toMatchObject({ to: adaEmail, subject: 'Confirm your e-mail address' })
    const token = await mailedToken()
    expect(mail?.text).toContain(`${testPublicUrl}/email-verify/${token}`)
    expect(mail?.html).toContain(`href="${testPublicUrl}/email-verify/${token}"`)
    const peek = () => accounts.peekMailToken(token, ['confirm', 'change'])
    expect(await peek()).toEqual({ state: 'good', purpose: 'confirm', email: adaEmail })
    expect(await peek()).toMatchObject({ state: 'good' })
    expect(await accounts.peekMailToken(token, ['reset'])).toEqual({ state: 'unknown' })
    expect(await accounts.confirm(token)).toMatchObject({ id: ada.id, emailConfirmed: true })
    expect(await peek()).toEqual({ state: 'spent' })
    await expect(accounts.confirm(token)).rejects.toMatchObject({ code: 'token_invalid' })
    expect((await store.notices.unseen(ada.id)).map(({ kind }) => kind)).toEqual(['email_confirmed'])
  })

  it('proposes a name from the address, and another when that is taken', async () => {
    const { accounts } = await house()
    const { username: _, ...nameless } = registration
    const at = (domain: string) => accounts.register({ ...nameless, email: `Ada+notes@${domain}` }, here)
    expect((await at('one.example')).username).toBe('Ada-notes')
    expect((await at('two.example')).username).toBe('Ada-notes2')
    const long = await accounts.register({ ...nameless, email: `${'x'.repeat(60)}@one.example` }, here)
    expect(long.username).toBe('x'.repeat(25))
    const many = await Promise.all(Array.from({ length: 6 }, (_x, index) => at(`${index}.example`)))
    expect(new Set(many.map(({ username }) => username)).size).toBe(6)
  })

  it('says what is wrong beside each field, and nothing happened then', async () => {
    const { accounts, mails } = await house()
    await expect(
      accounts.register(
        { email: 'ada', username: 'a b', password: 'short', passwordAgain: 'shorter', language: 'en' },
        here,
      ),
    ).rejects.toMatchObject({
      code: 'invalid',
      fields: [
        { field: 'email', code: 'malformed' },
        { field: 'username', code: 'malformed' },
        { field: 'password', code: 'too_short' },
        { field: 'passwordAgain', code: 'different' },
      ],
    })
    await accounts.register(registration, here)
    await expect(
      accounts.register({ ...registration, email: 'ADA@example.com', username: 'Ada' }, here),
    ).rejects.toMatchObject({
      code: 'email_taken',
      fields: [
        { field: 'email', code: 'taken' },
        { field: 'username', code: 'taken' },
      ],
    })
    expect(await mails()).toHaveLength(1)
  })

  it('of ten who register one address at once, one does', async () => {
    const { accounts, mails } = await house()
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        accounts.register({ ...registration, username: `ada${index}` }, here),
      ),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await mails()).toHaveLength(1)
  })

  it('a link is good for three days, and a new one is mailed to who still waits for it', async () => {
    const { accounts, mails, mailedToken, clock } = await house()
    await accounts.register(registration, here)
    const token = await mailedToken()
    await clock.advance(3 * 24 * 60 * minute)
    expect(await accounts.peekMailToken(token, ['confirm'])).toEqual({ state: 'old' })
    await expect(accounts.confirm(token)).rejects.toMatchObject({ code: 'token_invalid' })
    await accounts.resendConfirmation('Ada@Example.com', 'ko', here)
    await accounts.resendConfirmation('nobody@example.com', 'ko', here)
    expect((await mails()).map(({ to, subject }) => [to, subject]).slice(1)).toEqual([
      ['Ada@Example.com', '이메일 주소를 확인해 주세요'],
    ])
    await accounts.confirm(await mailedToken())
    await accounts.resendConfirmation(adaEmail, 'ko', here)
    expect(await mails()).toHaveLength(2)
  })

  it('who is named in ADMIN_EMAILS owns Parley once the address is confirmed, not before', async () => {
    const { accounts, mailedToken, store } = await house({ adminEmails: [adaEmail] })
    const ada = await accounts.register({ ...registration, email: 'ADA@example.com' }, here)
    expect((await accounts.startSession(ada.id, 'password', here)).member.role).toBe('member')
    expect((await accounts.confirm(await mailedToken())).role).toBe('owner')
    expect(
      (await store.audits.list({ action: 'became_owner' }, { limit: 9 })).map(({ subject }) => subject),
    ).toEqual([ada.id])
  })

  it('an older account that is named later owns Parley at its next sign-in', async () => {
    const { store } = await open()
    await openAccounts(store).ada()
    const { accounts } = openAccounts(store, { adminEmails: [adaEmail] })
    expect((await accounts.login({ email: adaEmail, password: testPassword }, here)).member.role).toBe(
      'owner',
    )
  })

  it('who is named in ADMIN_EMAILS owns Parley by a mailed link alone, whatever a service says', async () => {
    const { accounts, mails, mailedToken, store } = await house({ adminEmails: [adaEmail] })
    const { id } = await accounts.admit({ email: adaEmail, emailConfirmed: true, language: 'ko' })
    const signedIn = await accounts.startSession(id, 'oidc', here)
    expect(signedIn.member).toMatchObject({ role: 'member', emailConfirmed: true, emailProven: false })
    expect(await store.audits.list({ action: 'became_owner' }, { limit: 9 })).toEqual([])
    expect((await mails()).map(({ to, subject }) => [to, subject])).toEqual([
      [adaEmail, '이메일 주소를 확인해 주세요'],
    ])
    expect(await accounts.confirm(await mailedToken())).toMatchObject({ role: 'owner', emailProven: true })
    await accounts.startSession(id, 'oidc', here)
    expect(await mails()).toHaveLength(1)
  })

  it('who comes by another service has no password, a name that fits, and no one else’s account', async () => {
    const { accounts } = await house()
    const ada = await accounts.admit({
      nickname: ' Ada \u202E Lovelace ',
      email: adaEmail,
      emailConfirmed: true,
      language: 'en',
    })
    expect(ada).toMatchObject({
      nickname: 'Ada Lovelace',
      username: 'Ada-Lovelace',
      emailConfirmed: true,
      hasPassword: false,
    })
    await expect(
      accounts.admit({ email: 'ADA@example.com', emailConfirmed: true, language: 'en' }),
    ).rejects.toMatchObject({ code: 'email_taken' })
    expect(await accounts.admit({ nickname: '✨', emailConfirmed: false, language: 'ko' })).toMatchObject({
      nickname: '✨',
      username: 'member',
    })
    await expect(accounts.login({ email: adaEmail, password: '' }, here)).rejects.toMatchObject({
      code: 'invalid_credentials',
    })
  })
})
