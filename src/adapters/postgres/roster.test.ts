import { expect, it } from 'vitest'
import { ada as adaOnSlack, atMs, grace as graceOnSlack } from './testing/cast.ts'
import { onEveryEngine, type TestDatabase } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

async function household({ store }: TestDatabase) {
  const [ada, grace, linus] = [
    await addMember(store, 'ada'),
    await addMember(store, 'grace'),
    await addMember(store, 'linus_50%'),
  ]
  await store.members.link((await store.identities.meet(adaOnSlack)).id, ada.id, atMs)
  await store.members.change(ada.id, { role: 'owner' })
  await store.members.change(grace.id, { suspendedAtMs: atMs })
  const names = async (filter: Parameters<typeof store.roster.list>[0]) =>
    (await store.roster.list(filter, { limit: 9 })).map(({ member }) => member.username)
  return { store, ada, grace, linus, names }
}

onEveryEngine('the roster', open => {
  it('finds people by name, by role, by standing and by where they have accounts', async () => {
    const { names, store, linus } = await household(await open())
    expect(await names({})).toEqual(['ada', 'grace', 'linus_50%'])
    expect(await names({ q: 'A' })).toEqual(['ada', 'grace'])
    expect(await names({ q: '_50%' })).toEqual(['linus_50%'])
    expect(await names({ q: '%' })).toEqual(['linus_50%'])
    expect(await names({ q: 'acme.example' })).toEqual([])
    expect(await names({ q: 'acme.example', byEmail: true })).toHaveLength(3)
    expect(await names({ role: 'owner' })).toEqual(['ada'])
    expect(await names({ suspended: true })).toEqual(['grace'])
    expect(await names({ platform: 'slack' })).toEqual(['ada'])
    expect(await names({ workspace: acme })).toEqual(['ada'])
    await store.workspaceRoles.set(linus.id, acme, 'auditor')
    expect(await names({ workspace: acme })).toEqual(['ada', 'linus_50%'])
    expect(await names({ workspace: { platform: 'slack', workspaceId: 'T2' } })).toEqual([])
  })

  it('gives one page after the other', async () => {
    const { store } = await household(await open())
    const [first] = await store.roster.list({}, { limit: 1 })
    const rest = await store.roster.list({}, { limit: 9, after: first?.member.username ?? '' })
    expect([first, ...rest].map(entry => entry?.member.username)).toEqual(['ada', 'grace', 'linus_50%'])
  })

  it('does not know in a workspace who is not in it', async () => {
    const { store, ada, grace } = await household(await open())
    expect((await store.roster.find(ada.id, acme))?.platforms).toEqual(['slack'])
    expect(await store.roster.find(grace.id, acme)).toBeUndefined()
    expect((await store.roster.find(grace.id))?.member.suspended).toBe(true)
  })

  it('names members and accounts', async () => {
    const { store, ada } = await household(await open())
    const stranger = await store.identities.meet(graceOnSlack)
    expect(await store.roster.names([ada.id, stranger.id, 'nobody'])).toEqual(
      new Map([
        [ada.id, 'Ada'],
        [stranger.id, 'Grace'],
      ]),
    )
  })
})
