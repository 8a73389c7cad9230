import { expect, it } from 'vitest'
import { atMs, ada as adaOnSlack } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { adaMember, graceMember, join } from './testing/members.ts'

onEveryEngine('members', open => {
  it('come with an account on the web, named as they are', async () => {
    const { store } = await open()
    const [ada] = await join(store, adaMember)
    expect(ada).toMatchObject({
      id: 'm-ada',
      username: 'ada',
      email: 'ada@example.com',
      emailConfirmed: false,
      hasPassword: false,
      role: 'member',
      suspended: false,
      settings: {},
    })
    const [web] = await store.members.identities('m-ada')
    expect(web).toMatchObject({ platform: 'web', realm: 'web', userId: 'm-ada', name: 'Ada' })
    expect(await store.members.viewer('m-ada')).toEqual({ memberId: 'm-ada', identityIds: [web?.id] })
    await store.members.change('m-ada', { nickname: 'Countess' })
    expect((await store.members.identities('m-ada'))[0]?.name).toBe('Countess')
    expect(await store.members.ofIdentity(web?.id ?? '')).toMatchObject({ id: 'm-ada', nickname: 'Countess' })
  })

  it('are found without regard to case, and each address and name is one person’s', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    expect((await store.members.findByEmail('ADA@Example.com'))?.id).toBe('m-ada')
    expect((await store.members.findByUsername('gRACE'))?.id).toBe('m-grace')
    await expect(
      store.members.add({ ...adaMember, id: 'm-2', username: 'other', email: 'Ada@EXAMPLE.com' }),
    ).rejects.toMatchObject({ code: 'email_taken', fields: [{ field: 'email', code: 'taken' }] })
    await expect(store.members.change('m-grace', { username: 'ADA', nickname: 'G' })).rejects.toMatchObject({
      code: 'username_taken',
    })
    expect((await store.members.get('m-grace')).nickname).toBe('Grace')
    await expect(store.members.get('none')).rejects.toMatchObject({ code: 'not_found' })
    expect(await store.members.find('none')).toBeUndefined()
  })

  it('of twenty who want one name at once, one gets it', async () => {
    const { store } = await open()
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        store.members.add({ ...adaMember, id: `m-${index}`, email: `ada${index}@example.com` }),
      ),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refusals = tries.flatMap(tried => (tried.status === 'rejected' ? [tried.reason.code] : []))
    expect(new Set(refusals)).toEqual(new Set(['username_taken']))
  })

  it('change, and what is taken away is gone', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await store.members.change('m-ada', {
      firstName: 'Ada',
      lastName: 'Lovelace',
      bornYear: 1815,
      job: 'Analyst',
      passwordHash: 'hash',
      emailConfirmedAtMs: atMs,
      settings: { language: 'ko', theme: 'dark', mailNotices: false, instructions: 'Be \0 brief.' },
    })
    const changed = await store.members.change('m-ada', { job: null, bornYear: null })
    expect(changed).toMatchObject({
      firstName: 'Ada',
      hasPassword: true,
      emailConfirmed: true,
      settings: { language: 'ko', theme: 'dark', mailNotices: false, instructions: 'Be \uFFFD brief.' },
    })
    expect(changed).not.toHaveProperty('job')
    expect(changed).not.toHaveProperty('bornYear')
    expect(await store.members.passwordHash('m-ada')).toBe('hash')
  })

  it('wear a picture whose tag changes with it', async () => {
    const { store } = await open()
    await join(store, adaMember)
    await store.members.setAvatar('m-ada', new Uint8Array([1, 2, 3]))
    const first = (await store.members.get('m-ada')).avatarTag
    const kept = await store.members.avatar('m-ada')
    expect([...(kept?.image ?? [])]).toEqual([1, 2, 3])
    expect(kept?.tag).toBe(first)
    await store.members.setAvatar('m-ada', new Uint8Array([4]))
    expect((await store.members.get('m-ada')).avatarTag).not.toBe(first)
    await store.members.setAvatar('m-ada', undefined)
    expect(await store.members.get('m-ada')).not.toHaveProperty('avatarTag')
  })

  it('hold their accounts on platforms, which nobody takes from them', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    const slack = await store.identities.meet(adaOnSlack)
    const links = await Promise.all(
      ['m-ada', 'm-grace'].map(memberId => store.members.link(slack.id, memberId, atMs)),
    )
    expect(links.filter(Boolean)).toHaveLength(1)
    const holder = links[0] ? 'm-ada' : 'm-grace'
    expect(await store.members.link(slack.id, holder, atMs)).toBe(true)
    expect((await store.members.identities(holder)).map(({ platform }) => platform)).toEqual(['web', 'slack'])
    await store.members.unlink(slack.id, atMs)
    expect(await store.members.ofIdentity(slack.id)).toBeUndefined()
    const [web] = await store.members.identities(holder)
    await store.members.unlink(web?.id ?? '', atMs)
    expect(await store.members.identities(holder)).toHaveLength(1)
  })
})

onEveryEngine('notices and audits', open => {
  it('a notice is told until it was seen by its own person', async () => {
    const { store } = await open()
    await join(store, adaMember, graceMember)
    await store.notices.add('m-ada', { kind: 'email_confirmed', atMs })
    await store.notices.add('m-ada', { kind: 'identity_linked', detail: { name: 'Ada' }, atMs: atMs + 1 })
    const [first, second] = await store.notices.unseen('m-ada')
    expect([first?.kind, second?.kind]).toEqual(['email_confirmed', 'identity_linked'])
    expect(second?.detail).toEqual({ name: 'Ada' })
    await store.notices.see('m-grace', [first?.id ?? ''], atMs)
    expect(await store.notices.unseen('m-ada')).toHaveLength(2)
    await store.notices.see('m-ada', [first?.id ?? ''], atMs)
    expect((await store.notices.unseen('m-ada')).map(({ kind }) => kind)).toEqual(['identity_linked'])
  })

  it('audits are read newest first, page by page, and by what they were', async () => {
    const { store } = await open()
    for (let index = 0; index < 5; index += 1) {
      await store.audits.add({
        atMs: atMs + index,
        action: index % 2 ? 'logout' : 'login',
        subject: `s${index}`,
        detail: {},
      })
    }
    const first = await store.audits.list({}, { limit: 2 })
    expect(first.map(({ subject }) => subject)).toEqual(['s4', 's3'])
    const next = await store.audits.list({}, { limit: 9, before: first[1]?.id ?? '' })
    expect(next.map(({ subject }) => subject)).toEqual(['s2', 's1', 's0'])
    const logins = await store.audits.list({ action: 'login' }, { limit: 9 })
    expect(logins.map(({ subject }) => subject)).toEqual(['s4', 's2', 's0'])
  })
})
