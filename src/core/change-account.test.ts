import sharp from 'sharp'
import { expect, it } from 'vitest'
import { ada as onSlack } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { runErasing } from '../adapters/postgres/testing/erasing.ts'
import { adaEmail, openAccounts, testPassword } from '../testing/accounts.ts'

const here = { address: '192.0.2.1' }
const minute = 60_000

onEveryEngine('a password that is new', open => {
  const house = async () => openAccounts((await open()).store)

  it('set by a mailed link, it ends every session and proves the address', async () => {
    const { accounts, mails, mailedToken, ada, store } = await house()
    const { member, grant } = await ada({ confirmed: false })
    await accounts.forgotPassword(adaEmail, 'en', here)
    await accounts.forgotPassword('nobody@example.com', 'en', here)
    const token = await mailedToken()
    expect((await mails()).map(({ to }) => to)).toEqual([adaEmail, adaEmail])
    await expect(accounts.resetPassword(token, { password: 'password12' })).rejects.toMatchObject({
      fields: [{ field: 'password', code: 'too_common' }],
    })
    const changed = await accounts.resetPassword(token, { password: 'looms of pure number' })
    expect(changed).toMatchObject({ id: member.id, emailConfirmed: true })
    expect(await accounts.authenticate(grant.accessToken)).toBeUndefined()
    await expect(accounts.refresh(grant.refreshToken, here)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(accounts.login({ email: adaEmail, password: testPassword }, here)).rejects.toMatchObject({
      code: 'invalid_credentials',
    })
    await accounts.login({ email: adaEmail, password: 'looms of pure number' }, here)
    await expect(accounts.resetPassword(token, { password: 'another good one' })).rejects.toMatchObject({
      code: 'token_invalid',
    })
    expect((await mails()).at(-1)).toMatchObject({ to: adaEmail, subject: 'Your password was changed' })
    expect((await store.notices.unseen(member.id)).map(({ kind }) => kind)).toEqual(['password_reset'])
  })

  it('a link for one address is worth nothing once the account has another, nor after an hour', async () => {
    const { accounts, mailedToken, ada, store, clock } = await house()
    const { member } = await ada()
    await accounts.forgotPassword(adaEmail, 'en', here)
    const token = await mailedToken()
    await store.members.change(member.id, { email: 'countess@example.com' })
    await expect(accounts.resetPassword(token, { password: 'looms of pure number' })).rejects.toMatchObject({
      code: 'token_invalid',
    })
    await store.members.change(member.id, { email: adaEmail })
    await clock.advance(60 * minute)
    await expect(accounts.resetPassword(token, { password: 'looms of pure number' })).rejects.toMatchObject({
      code: 'token_invalid',
    })
  })

  it('set by who is signed in, it needs the present one and keeps this session alone', async () => {
    const { accounts, ada } = await house()
    const { member, grant } = await ada()
    const elsewhere = await accounts.login({ email: adaEmail, password: testPassword }, here)
    const change = (currentPassword: string) =>
      accounts.changePassword(
        member.id,
        { password: 'looms of pure number', currentPassword },
        { sessionId: grant.session.id },
      )
    await expect(change('')).rejects.toMatchObject({
      fields: [{ field: 'currentPassword', code: 'required' }],
    })
    await expect(change('wrong')).rejects.toMatchObject({
      fields: [{ field: 'currentPassword', code: 'wrong' }],
    })
    await change(testPassword)
    expect(await accounts.authenticate(grant.accessToken)).toBeDefined()
    expect(await accounts.authenticate(elsewhere.accessToken)).toBeUndefined()
  })

  it('that changes is told by mail to who wants no mails too: it may have been somebody else', async () => {
    const { accounts, ada, mails } = await house()
    const { member, grant } = await ada()
    await accounts.changeSettings(member.id, { mailNotices: false })
    await accounts.changePassword(
      member.id,
      { password: 'looms of pure number', currentPassword: testPassword },
      { sessionId: grant.session.id },
    )
    expect((await mails()).at(-1)).toMatchObject({ to: adaEmail, subject: 'Your password was changed' })
  })

  it('of six guesses at the present one the sixth is not looked at', async () => {
    const { accounts, ada } = await house()
    const { member, grant } = await ada()
    const guess = (currentPassword: string) => accounts.deleteAccount(member.id, { currentPassword }, here)
    for (let index = 0; index < 5; index += 1)
      await expect(guess('wrong')).rejects.toMatchObject({ code: 'invalid' })
    await expect(guess(testPassword)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await accounts.authenticate(grant.accessToken)).toBeDefined()
  })
})

onEveryEngine('changing an account', open => {
  const house = async () => openAccounts((await open()).store)

  it('a new address counts once its link is followed, and the old one is told', async () => {
    const { accounts, mails, mailedToken, ada } = await house()
    const { member } = await ada()
    await accounts.changeEmail(
      member.id,
      { email: 'countess@example.com', currentPassword: testPassword },
      here,
    )
    const token = await mailedToken()
    expect((await mails()).at(-1)).toMatchObject({ to: 'countess@example.com' })
    expect(await accounts.confirm(token)).toMatchObject({
      email: 'countess@example.com',
      emailConfirmed: true,
    })
    expect((await mails()).at(-1)).toMatchObject({ to: adaEmail, subject: 'Your e-mail address was changed' })
    expect((await mails()).at(-1)?.text).toContain('countess@example.com')
  })

  it('an address of somebody else is answered the same, but nothing is mailed to it', async () => {
    const { accounts, mails, ada } = await house()
    const { member } = await ada()
    await accounts.register({ email: 'grace@example.com', password: testPassword, language: 'en' }, here)
    const before = (await mails()).length
    await accounts.changeEmail(member.id, { email: 'grace@example.com', currentPassword: testPassword }, here)
    expect(await mails()).toHaveLength(before)
  })

  it('what is told of a person is kept within its bounds', async () => {
    const { accounts, ada } = await house()
    const { id } = (await ada()).member
    expect(
      await accounts.changeProfile(id, {
        nickname: '  The   Countess\n',
        firstName: 'Ada',
        lastName: 'Lovelace',
        bornYear: '1915',
        job: 'Analyst',
      }),
    ).toMatchObject({
      nickname: 'The Countess',
      firstName: 'Ada',
      lastName: 'Lovelace',
      bornYear: 1915,
      job: 'Analyst',
    })
    expect(await accounts.changeProfile(id, { job: '', bornYear: '' })).not.toHaveProperty('job')
    await expect(
      accounts.changeProfile(id, {
        username: '-',
        nickname: ' ',
        firstName: 'x'.repeat(33),
        lastName: '😀'.repeat(33),
        bornYear: '15',
        job: 'x'.repeat(81),
      }),
    ).rejects.toMatchObject({
      fields: [
        { field: 'username', code: 'malformed' },
        { field: 'nickname', code: 'required' },
        { field: 'firstName', code: 'too_long' },
        { field: 'lastName', code: 'too_long' },
        { field: 'job', code: 'too_long' },
        { field: 'bornYear', code: 'out_of_range' },
      ],
    })
    expect(await accounts.changeProfile(id, { lastName: '😀'.repeat(32) })).toMatchObject({
      lastName: '😀'.repeat(32),
    })
  })

  it('settings change one by one, and go away when emptied', async () => {
    const { accounts, ada } = await house()
    const { id } = (await ada()).member
    await accounts.changeSettings(id, {
      instructions: 'Be brief.\r\nBe kind.',
      theme: 'dark',
      timeZone: 'Asia/Seoul',
    })
    const { settings } = await accounts.changeSettings(id, { theme: '', language: 'ko', mailNotices: false })
    expect(settings).toEqual({
      instructions: 'Be brief.\nBe kind.',
      timeZone: 'Asia/Seoul',
      language: 'ko',
      mailNotices: false,
    })
    await expect(
      accounts.changeSettings(id, {
        theme: 'pink',
        language: 'xx',
        timeZone: 'Mars/Base',
        instructions: 'x'.repeat(4_001),
      }),
    ).rejects.toMatchObject({
      fields: [
        { field: 'instructions', code: 'too_long' },
        { field: 'language', code: 'not_offered' },
        { field: 'theme', code: 'not_offered' },
        { field: 'timeZone', code: 'not_offered' },
      ],
    })
  })

  it('settings changed from several tabs at once are all kept', async () => {
    const { accounts, ada, store } = await house()
    const { id } = (await ada()).member
    await Promise.all([
      accounts.changeSettings(id, { theme: 'dark' }),
      accounts.changeSettings(id, { timeZone: 'Asia/Seoul' }),
      accounts.changeSettings(id, { instructions: 'Be brief.' }),
      accounts.changeProfile(id, { job: 'Analyst' }, { mailNotices: false }),
    ])
    expect(await store.members.get(id)).toMatchObject({
      job: 'Analyst',
      settings: {
        theme: 'dark',
        timeZone: 'Asia/Seoul',
        instructions: 'Be brief.',
        mailNotices: false,
      },
    })
  })

  it('wears a picture, and takes it off', async () => {
    const { accounts, ada } = await house()
    const { id } = (await ada()).member
    const create = { width: 9, height: 9, channels: 3, background: 'red' } as const
    expect(await accounts.setAvatar(id, await sharp({ create }).png().toBuffer())).toHaveProperty('avatarTag')
    await expect(accounts.setAvatar(id, Buffer.from('no picture'))).rejects.toMatchObject({ code: 'invalid' })
    expect(await accounts.setAvatar(id, undefined)).not.toHaveProperty('avatarTag')
  })

  it('deleted, its whole person is forgotten, its sessions end, and its address is free', async () => {
    const { accounts, ada, mails, store } = await house()
    const { member, grant } = await ada()
    const slack = await store.identities.meet(onSlack)
    await store.members.link(slack.id, member.id, Date.now())
    const receiptId = await accounts.deleteAccount(member.id, { currentPassword: testPassword }, here)
    expect(await accounts.authenticate(grant.accessToken)).toBeUndefined()
    await expect(accounts.login({ email: adaEmail, password: testPassword }, here)).rejects.toMatchObject({
      code: 'invalid_credentials',
    })
    await runErasing(store)
    expect(await store.erasures.find(receiptId)).toMatchObject({ scope: 'member', counts: { identities: 2 } })
    expect(await store.members.find(member.id)).toBeUndefined()
    expect((await store.identities.meet(onSlack)).id).not.toBe(slack.id)
    expect((await mails()).at(-1)).toMatchObject({ subject: 'Your account was deleted', to: adaEmail })
    expect(
      await accounts.register(
        { email: adaEmail, username: 'ada', password: testPassword, language: 'en' },
        here,
      ),
    ).toMatchObject({ username: 'ada' })
  })
})
