import { expect, it } from 'vitest'
import { atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { runErasing } from './testing/erasing.ts'
import { adaMember, graceMember, join } from './testing/members.ts'

const key = { provider: 'github', issuer: 'https://github.com/login/oauth', subject: '1001' }
const label = 'ada@acme.example'

onEveryEngine('ways in', open => {
  it('are one Member’s, whoever of two is quicker', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    const claims = ['m-ada', 'm-grace', 'm-ada', 'm-grace'].map(memberId =>
      store.logins.add({ ...key, memberId, label }).then(isTheirs => (isTheirs ? memberId : undefined)),
    )
    const owners = new Set((await Promise.all(claims)).filter(owner => owner !== undefined))
    expect(owners.size).toBe(1)
    expect((await store.logins.find(key))?.memberId).toBe([...owners][0])
  })

  it('are told apart by service, issuer and subject', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await store.logins.add({ ...key, memberId: 'm-ada', label })
    for (const other of [{ provider: 'oidc' }, { issuer: 'https://git.example' }, { subject: '1002' }])
      expect(await store.logins.find({ ...key, ...other })).toBeUndefined()
    expect(await store.logins.find(key)).toMatchObject({ ...key, memberId: 'm-ada', label })
  })

  it('keep up with what their owner is called there', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    await store.logins.add({ ...key, memberId: 'm-ada', label })
    await store.logins.add({ ...key, memberId: 'm-ada', label: 'ada@new.example' })
    expect(await store.logins.add({ ...key, memberId: 'm-grace', label: 'mine' })).toBe(false)
    expect((await store.logins.ofMember('m-ada')).map(login => login.label)).toEqual(['ada@new.example'])
  })

  it('go with their Member, and the last one only after a password is set', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await store.logins.add({ ...key, memberId: 'm-ada', label })
    expect(await store.logins.remove('m-ada', key)).toBe('last_way_in')
    await store.members.change('m-ada', { passwordHash: 'hash' })
    expect(await store.logins.remove('m-grace', key)).toBe('not_found')
    expect(await store.logins.remove('m-ada', key)).toBe('removed')
    await store.logins.add({ ...key, memberId: 'm-ada', label })
    await store.erasures.begin('m-ada', atMs)
    await runErasing(store)
    expect(await store.logins.find(key)).toBeUndefined()
  })
})
