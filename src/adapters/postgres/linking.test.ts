import { expect, it } from 'vitest'
import type { Identity } from '../../core/identity.ts'
import { issueLink, linkCodeValidMs, lookAtLink, redeemLink, unlinkAccount } from '../../core/linking.ts'
import type { Store } from '../../core/store.ts'
import { ada, atMs, grace } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'
import { addMember, viewerOf } from './testing/people.ts'
import { createStore } from './store.ts'

let made = 0
const secrets = { make: () => `code-${(made += 1)}`, hash: (secret: string) => `hash of ${secret}` }
const making = { publicUrl: 'https://parley.test/', secrets }

/** Issues a link for this account and gives the hash that is kept of it. */
async function issue(store: Store, identity: Identity, nowMs = atMs): Promise<string> {
  const url = await issueLink(store, making, identity, nowMs)
  return secrets.hash(url.slice(url.lastIndexOf('/') + 1))
}

onEveryEngine('linking', open => {
  it('ties an account to a member, who is one person from then on; unlinking takes them apart', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const account = await store.identities.meet(ada)
    const hash = await issue(store, account)
    expect(await lookAtLink(store, hash, member.id, atMs)).toMatchObject({ state: 'open', identity: account })
    expect(await redeemLink(store, hash, member, atMs)).toEqual({ state: 'linked', identity: account })
    expect((await viewerOf(store, member)).identityIds).toContain(account.id)
    expect((await unlinkAccount(store, account, atMs, { from: 'web' }))?.id).toBe(member.id)
    expect((await viewerOf(store, member)).identityIds).not.toContain(account.id)
    expect(await unlinkAccount(store, account, atMs, { from: 'web' })).toBeUndefined()
  })

  it('makes a link of the address and the code alone, and keeps the code as its hash', async () => {
    const { store, database } = await open()
    const account = await store.identities.meet(ada)
    const url = await issueLink(store, making, account, atMs)
    expect(url).toMatch(/^https:\/\/parley\.test\/link\/code-\d+$/)
    const rows = await database.handle.selectFrom('link_codes').selectAll().execute()
    expect(rows.map(row => row.hash)).toEqual([secrets.hash(url.slice('https://parley.test/link/'.length))])
  })

  it('looking spends nothing, redeeming does', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const hash = await issue(store, await store.identities.meet(ada))
    for (let looked = 0; looked < 3; looked++)
      expect((await lookAtLink(store, hash, undefined, atMs)).state).toBe('open')
    await redeemLink(store, hash, member, atMs)
    expect((await lookAtLink(store, hash, member.id, atMs)).state).toBe('spent')
    expect((await redeemLink(store, hash, member, atMs)).state).toBe('spent')
  })

  it('a code is good for ten minutes, and until the next one', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const account = await store.identities.meet(ada)
    const first = await issue(store, account)
    const second = await issue(store, account)
    expect((await redeemLink(store, first, member, atMs)).state).toBe('unknown')
    const late = atMs + linkCodeValidMs
    expect((await lookAtLink(store, second, member.id, late - 1)).state).toBe('open')
    expect((await redeemLink(store, second, member, late)).state).toBe('old')
    expect((await redeemLink(store, 'nonsense', member, atMs)).state).toBe('unknown')
    expect(await store.members.ofIdentity(account.id)).toBeUndefined()
  })

  it('never moves an account that is another’s, and does not spend the code', async () => {
    const { store } = await open()
    const [first, second] = [await addMember(store, 'ada'), await addMember(store, 'grace')]
    const account = await store.identities.meet(ada)
    await redeemLink(store, await issue(store, account), first, atMs)
    const hash = await issue(store, account)
    expect((await lookAtLink(store, hash, second.id, atMs)).state).toBe('elsewhere')
    expect((await lookAtLink(store, hash, first.id, atMs)).state).toBe('yours')
    expect((await redeemLink(store, hash, second, atMs)).state).toBe('elsewhere')
    expect((await store.members.ofIdentity(account.id))?.id).toBe(first.id)
    expect((await lookAtLink(store, hash, undefined, atMs)).state).toBe('open')
  })

  it('tells both sides: a job for the account, a notice and a mail for the member, and an audit', async () => {
    const { store, database } = await open()
    const member = await addMember(store, 'ada')
    const account = await store.identities.meet(ada)
    await redeemLink(store, await issue(store, account), member, atMs)
    await unlinkAccount(store, account, atMs + 1, { from: 'web' })
    const jobs = await database.handle
      .selectFrom('jobs')
      .select(['kind', 'payload'])
      .orderBy('sequence')
      .execute()
    expect(jobs.filter(({ kind }) => kind === 'tell').map(({ payload }) => payload)).toEqual([
      { identityId: account.id, news: 'linked', memberId: member.id },
      { identityId: account.id, news: 'unlinked', memberId: member.id },
    ])
    expect(jobs.filter(({ kind }) => kind === 'mail').map(({ payload }) => payload)).toMatchObject([
      { kind: 'identity_linked', email: 'ada@acme.example' },
      { kind: 'identity_unlinked', email: 'ada@acme.example' },
    ])
    expect((await store.notices.unseen(member.id)).map(({ kind }) => kind)).toEqual([
      'identity_linked',
      'identity_unlinked',
    ])
    expect(
      (await store.audits.list({ subject: account.id }, { limit: 9 })).map(({ action }) => action),
    ).toEqual(['identity_unlinked', 'identity_linked'])
  })

  it('mails nothing to who wants no such mails, and to an address that is not confirmed; they see it all the same', async () => {
    const { store, database } = await open()
    for (const [username, change] of [
      ['ada', { settings: { mailNotices: false } }],
      ['grace', {}],
    ] as const) {
      const { id } = await store.members.add({
        id: `m-${username}`,
        username,
        nickname: username,
        email: `${username}@acme.example`,
        emailConfirmed: username === 'ada',
      })
      const member = await store.members.change(id, change)
      const account = await store.identities.meet({ ...ada, userId: `U-${username}` })
      await redeemLink(store, await issue(store, account), member, atMs)
      await unlinkAccount(store, account, atMs + 1, { from: 'web' })
      expect((await store.notices.unseen(id)).map(({ kind }) => kind)).toEqual([
        'identity_linked',
        'identity_unlinked',
      ])
    }
    const jobs = await database.handle.selectFrom('jobs').select('kind').execute()
    expect(jobs.map(({ kind }) => kind)).not.toContain('mail')
  })

  it('a member’s own account on the web cannot be untied', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const [web] = await store.members.identities(member.id)
    if (!web) throw new Error('A member has a web account.')
    await expect(unlinkAccount(store, web, atMs, { from: 'web' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('of those who redeem one code at once, one wins', async () => {
    const { store } = await open()
    for (let round = 0; round < 10; round++) {
      const account = await store.identities.meet({ ...grace, userId: `U-${round}` })
      const members = await Promise.all(['a', 'b', 'c'].map(name => addMember(store, `${name}${round}`)))
      const hash = await issue(store, account)
      const ends = await Promise.all(members.map(member => redeemLink(store, hash, member, atMs)))
      const winners = members.filter((_, index) => ends[index]?.state === 'linked')
      expect(winners).toHaveLength(1)
      expect((await store.members.ofIdentity(account.id))?.id).toBe(winners[0]?.id)
    }
  })

  it('of two codes for one account, redeemed by two members at once, one wins', async () => {
    const { store, database } = await open()
    for (let round = 0; round < 10; round++) {
      const account = await store.identities.meet({ ...grace, userId: `U-${round}` })
      const members = await Promise.all(['a', 'b'].map(name => addMember(store, `${name}${round}`)))
      const hashes = [`one ${round}`, `two ${round}`]
      for (const hash of hashes)
        await database.handle
          .insertInto('link_codes')
          .values({
            hash,
            identity_id: account.id,
            created_at: new Date(atMs),
            expires_at: new Date(atMs + linkCodeValidMs),
          })
          .execute()
      const ends = await Promise.all(
        members.map((member, index) => redeemLink(store, hashes[index] ?? '', member, atMs)),
      )
      expect(ends.map(({ state }) => state).toSorted()).toEqual(['elsewhere', 'linked'])
    }
  })
})

onPostgres('linking on two processes', open => {
  it('of two who redeem one code at once, one wins', async () => {
    const { store, another } = await open()
    const other = createStore(await another())
    for (let round = 0; round < 20; round++) {
      const account = await store.identities.meet({ ...ada, userId: `U-${round}` })
      const [one, two] = [await addMember(store, `x${round}`), await addMember(store, `y${round}`)]
      const hash = await issue(store, account)
      const ends = await Promise.all([redeemLink(store, hash, one, atMs), redeemLink(other, hash, two, atMs)])
      expect(ends.map(({ state }) => state).toSorted()).toEqual(['linked', 'spent'])
    }
  })
})
