import { expect, it } from 'vitest'
import { ada, atMs, grace, place } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { addMember } from '../adapters/postgres/testing/people.ts'
import { claimOf, rule } from '../adapters/postgres/testing/quotas.ts'
import { authorityOf } from './authority.ts'
import { receiveCommand } from './command.ts'
import { decideRequest } from './quota-request.ts'
import { linkMaking } from './testing/link-making.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

/** Grace manages the workspace, in which guests may ask nothing; Ada types `more`. */
async function ask({ store }: TestDatabase, has: readonly string[]) {
  const boss = await addMember(store, 'grace')
  await store.workspaceRoles.set(boss.id, acme, 'admin')
  await store.quotaRules.replace(acme, [rule({ limit: 10 }), rule({ limit: 0, role: 'slack:guest' })])
  const command = {
    kind: 'command',
    key: 'more:1',
    name: 'more',
    text: '',
    thread: { ...place, threadId: place.channelId },
    inThread: false,
    by: ada,
    roles: { has, unread: [] },
    atMs,
    direct: false,
  } as const
  const { reply } = await receiveCommand(store, command, linkMaking, atMs)
  return { boss, reply, request: (await store.quotaRequests.list(acme, 9))[0] }
}

onEveryEngine('a request for more', open => {
  it('is for the limit of the role that stands in the way', async () => {
    const { reply, request } = await ask(await open(), ['slack:guest'])
    expect(reply).toContain('I asked those who manage me')
    expect(request).toMatchObject({ own: true, limit: 0, used: 0 })
  })

  it('is none where the role has room', async () => {
    const { reply, request } = await ask(await open(), ['slack:member'])
    expect(reply).toContain('Nothing of yours is used up')
    expect(request).toBeUndefined()
  })

  it('is decided by who manages the workspace, on its record, and leaves other limits alone', async () => {
    const opened = await open()
    const { store } = opened
    const { boss, request } = await ask(opened, ['slack:guest'])
    const authority = authorityOf(boss, await store.workspaceRoles.of(boss.id))
    const decision = { requestId: request?.id ?? '', amount: 1, atMs }
    await store.atomically(stores => decideRequest(stores, authority, decision))
    expect(await store.audits.list({ workspace: acme }, { limit: 9 })).toMatchObject([
      { action: 'quota_granted', actorId: boss.id, detail: { limitBefore: 0, limitAfter: 1 } },
    ])
    const roles = ['slack:guest']
    const reserve = async (id: string) => (await store.quotas.reserve(claimOf(id, { roles }))).granted
    const adas = (await store.identities.meet(ada)).id
    expect([await reserve(adas), await reserve(adas)]).toEqual([true, false])
    expect(await reserve((await store.identities.meet(grace)).id)).toBe(false)
  })
})
