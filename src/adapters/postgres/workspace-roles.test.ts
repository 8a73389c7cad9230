import { expect, it } from 'vitest'
import { authorityOf } from '../../core/authority.ts'
import { workspaceKey } from '../../core/workspace.ts'
import { ada, atMs, place, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

onEveryEngine('workspaces to look at', open => {
  it('are all that Parley has met, named or not, for who manages everything', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    for (const workspaceId of ['T1', 'T2', 'T2', 'T3'])
      await ask(ada, 'how often?', { ...place, workspaceId, threadId: `${workspaceId} ${atMs}` })
    const owner = await store.members.change((await addMember(store, 'ada')).id, { role: 'owner' })
    const seen = await store.workspaceRoles.visibleTo(authorityOf(owner, []))
    expect(seen.map(workspaceKey)).toEqual(['slack:T1', 'slack:T2', 'slack:T3'])
  })

  it('are those that were given to who manages no more', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    await ask(ada, 'how often?')
    const member = await addMember(store, 'grace')
    await store.workspaceRoles.set(member.id, { platform: 'discord', workspaceId: 'G9' }, 'auditor')
    const given = await store.workspaceRoles.of(member.id)
    const seen = await store.workspaceRoles.visibleTo(authorityOf(member, given))
    expect(seen.map(workspaceKey)).toEqual(['discord:G9'])
  })
})
