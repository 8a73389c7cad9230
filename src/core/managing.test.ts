import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { ada as adaOnSlack, atMs } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { addMember } from '../adapters/postgres/testing/people.ts'
import { ParleyError } from './errors.ts'
import { type Act, erase, giveRole, giveWorkspaceRole, signOut, suspend, unsuspend } from './managing.ts'
import type { Member, Role } from './member.ts'
import type { Store, Stores } from './store.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const
const other = { platform: 'slack', workspaceId: 'T2' } as const

async function household({ store }: TestDatabase) {
  const as = async (name: string, role: Role) =>
    store.members.change((await addMember(store, name)).id, { role })
  return {
    store,
    ada: await as('ada', 'owner'),
    grace: await as('grace', 'admin'),
    linus: await as('linus', 'member'),
    iris: await as('iris', 'auditor'),
  }
}

let acts = 0
/** One moment after the other, so that audits stand in their order. */
const by = (member: Member): Act => ({ memberId: member.id, atMs: atMs + acts++, address: '192.0.2.7' })

/** What became of it: what it gave, or the code it was refused with and the field's. */
async function outcome(store: Store, work: (stores: Stores) => Promise<unknown>) {
  try {
    await store.atomically(work)
    return 'done'
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    return thrown.fields[0]?.code ?? thrown.code
  }
}

const signIn = (store: Store, { id }: Member) =>
  store.sessions.start({
    memberId: id,
    method: 'password',
    atMs,
    expiresAtMs: atMs + 60_000_000,
    refreshHash: randomUUID(),
  })

onEveryEngine('managing members', open => {
  it('makes owners and admins by owners alone, and says so to whom it concerns', async () => {
    const { store, ada, grace, linus, iris } = await household(await open())
    const give = (actor: Member, whom: Member, role: Role) =>
      outcome(store, stores => giveRole(stores, by(actor), whom.id, role))
    expect([
      await give(grace, linus, 'admin'),
      await give(grace, linus, 'owner'),
      await give(grace, ada, 'member'),
      await give(grace, grace, 'owner'),
      await give(grace, linus, 'auditor'),
      await give(iris, linus, 'member'),
      await give(linus, linus, 'owner'),
      await give(ada, linus, 'admin'),
    ]).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden', 'done', 'forbidden', 'forbidden', 'done'])
    const audits = await store.audits.list({ subject: linus.id }, { limit: 9 })
    expect(audits.map(({ actorId, action, detail, address }) => [actorId, action, detail, address])).toEqual([
      [ada.id, 'role_changed', { before: 'auditor', after: 'admin' }, '192.0.2.7'],
      [grace.id, 'role_changed', { before: 'member', after: 'auditor' }, '192.0.2.7'],
    ])
    expect((await store.notices.unseen(linus.id)).map(({ kind }) => kind)).toEqual([
      'became_auditor',
      'became_admin',
    ])
  })

  it('never takes the last owner away, however it is tried', async () => {
    const { store, ada, grace, linus } = await household(await open())
    const tries = [
      await outcome(store, stores => giveRole(stores, by(ada), ada.id, 'admin')),
      await outcome(store, stores => suspend(stores, by(grace), ada.id)),
      await outcome(store, stores => suspend(stores, by(ada), ada.id)),
      await outcome(store, stores => erase(stores, by(ada), ada.id)),
    ]
    expect(tries).toEqual(['last_owner', 'forbidden', 'yourself', 'yourself'])
    expect(await outcome(store, stores => giveRole(stores, by(ada), linus.id, 'owner'))).toBe('done')
    // An owner who cannot sign in keeps nothing up.
    expect(await outcome(store, stores => suspend(stores, by(ada), linus.id))).toBe('done')
    expect(await outcome(store, stores => giveRole(stores, by(ada), ada.id, 'admin'))).toBe('last_owner')
    expect(await store.members.get(ada.id)).toMatchObject({ role: 'owner', suspended: false })
  })

  it('leaves one owner when two take the role from each other at once', async () => {
    const { store, ada, linus } = await household(await open())
    for (let round = 0; round < 10; round += 1) {
      await store.members.change(ada.id, { role: 'owner' })
      await store.members.change(linus.id, { role: 'owner' })
      const demote = (actor: Member, whom: Member) =>
        outcome(store, stores => giveRole(stores, by(actor), whom.id, 'member'))
      expect((await Promise.all([demote(ada, linus), demote(linus, ada)])).toSorted()).toEqual([
        'done',
        'forbidden',
      ])
      expect((await store.members.lockOwners()).length).toBe(1)
    }
  })

  it('leaves one owner when both step down, are suspended or erased at once', async () => {
    const { store, ada, linus } = await household(await open())
    const steppingDown = (member: Member) =>
      outcome(store, stores => giveRole(stores, by(member), member.id, 'member'))
    await store.members.change(linus.id, { role: 'owner' })
    expect((await Promise.all([steppingDown(ada), steppingDown(linus)])).toSorted()).toEqual([
      'done',
      'last_owner',
    ])
    await store.members.change(ada.id, { role: 'owner' })
    await store.members.change(linus.id, { role: 'owner' })
    const both = await Promise.all([
      outcome(store, stores => suspend(stores, by(ada), linus.id)),
      outcome(store, stores => erase(stores, by(linus), ada.id)),
    ])
    expect(both.toSorted()).toEqual(['done', 'forbidden'])
    expect((await store.members.lockOwners()).length).toBe(1)
  })

  it('signs out whom it suspends, and lets them back in', async () => {
    const { store, grace, linus } = await household(await open())
    const session = await signIn(store, linus)
    expect(await outcome(store, stores => suspend(stores, by(grace), linus.id))).toBe('done')
    expect(await store.sessions.find(session.id, atMs)).toBeUndefined()
    expect(await outcome(store, stores => unsuspend(stores, by(grace), linus.id))).toBe('done')
    expect(await store.members.get(linus.id)).toMatchObject({ suspended: false })
    expect(await store.sessions.list(linus.id, atMs)).toEqual([])
    const audits = await store.audits.list({ subject: linus.id }, { limit: 9 })
    expect(audits.map(({ action }) => action)).toEqual(['member_unsuspended', 'member_suspended'])
  })

  it('ends one session or all, of those one may touch', async () => {
    const { store, ada, grace, linus } = await household(await open())
    const [first] = [await signIn(store, linus), await signIn(store, linus)]
    await signIn(store, ada)
    const end = (actor: Member, whom: Member, id?: string) =>
      store.atomically(stores => signOut(stores, by(actor), whom.id, id))
    expect(await end(grace, linus, first.id)).toBe(1)
    expect(await end(grace, linus, first.id)).toBe(0)
    expect(await end(grace, linus)).toBe(1)
    await expect(end(grace, ada)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await store.sessions.list(ada.id, atMs)).toHaveLength(1)
  })

  it('erases with a receipt, and what is being erased does not come back', async () => {
    const { store, ada, linus } = await household(await open())
    await store.members.link((await store.identities.meet(adaOnSlack)).id, linus.id, atMs)
    const id = await store.atomically(stores => erase(stores, by(ada), linus.id))
    expect(await store.erasures.find(id)).toMatchObject({ scope: 'member' })
    expect(await store.atomically(stores => erase(stores, by(ada), linus.id))).toBe(id)
    expect((await store.roster.find(linus.id))?.erasing).toBe(true)
    expect(await outcome(store, stores => unsuspend(stores, by(ada), linus.id))).toBe('conflict')
  })

  it('gives roles in a workspace by who manages that workspace', async () => {
    const { store, ada, linus, iris } = await household(await open())
    const give = (actor: Member, whom: Member, workspace: typeof acme | typeof other) =>
      outcome(store, stores => giveWorkspaceRole(stores, by(actor), whom.id, { workspace, role: 'auditor' }))
    await store.workspaceRoles.set(linus.id, acme, 'admin')
    expect([
      await give(linus, iris, acme),
      await give(linus, iris, other),
      await give(iris, iris, acme),
      await give(ada, iris, other),
    ]).toEqual(['done', 'forbidden', 'forbidden', 'done'])
    expect(await store.workspaceRoles.of(iris.id)).toEqual([
      { ...acme, role: 'auditor' },
      { ...other, role: 'auditor' },
    ])
    expect(await store.audits.list({ workspace: acme }, { limit: 9 })).toMatchObject([
      {
        actorId: linus.id,
        action: 'workspace_role_changed',
        detail: { workspace: 'slack:T1', before: null, after: 'auditor' },
      },
    ])
  })
})
