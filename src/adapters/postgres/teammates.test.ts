import { expect, it } from 'vitest'
import { createAudiences } from './audiences.ts'
import { ada, atMs, grace, linus } from './testing/cast.ts'
import { sessionOf } from './session.ts'
import { onEveryEngine } from './testing/databases.ts'
import { readersOn, threadIn } from './testing/readers.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

onEveryEngine('a workspace invited into a web Dialogue', open => {
  /** Ada's dialogue, into which everybody of Acme is invited. */
  async function invited() {
    const { database, store } = await open()
    const readers = readersOn({ database, store })
    const owner = await readers.member('ada', ada)
    const id = await readers.webDialogue(owner, 'canary plans')
    await readers.webDialogue(owner, 'canary diary')
    await store.teammates.inviteWorkspace(id, acme, owner.memberId, atMs)
    return { ...readers, database, store, owner, id }
  }

  it('lets in who can read a channel of it now, to that dialogue alone', async () => {
    const { member, letRead, titles, history, id } = await invited()
    const viewer = await member('grace', grace)
    expect(await titles(viewer)).toEqual([])
    await letRead(grace, threadIn('C1', ''))
    expect(await titles(viewer)).toEqual(['canary plans'])
    expect(await history.find(viewer, id)).toMatchObject({ access: 'invited', direct: false })
    expect(
      (await history.search(viewer, 'canary', {}, { limit: 9 })).items.map(({ title }) => title),
    ).toEqual(['canary plans'])
  })

  it('shows nothing to another workspace’s people, to who was there, and to who only knows its name', async () => {
    const { member, letRead, titles, history, id } = await invited()
    const other = await member('linus', linus)
    await letRead(linus, threadIn('C1', '', 'T2'))
    await letRead(linus, { ...threadIn('C1', ''), platform: 'discord' })
    const former = await member('grace', grace)
    await letRead(grace, threadIn('C1', ''), { forMs: 0 })
    for (const viewer of [other, former]) {
      expect(await titles(viewer)).toEqual([])
      expect(await history.find(viewer, id)).toBeUndefined()
      expect((await history.search(viewer, 'canary', {}, { limit: 9 })).items).toEqual([])
      await expect(history.messages(viewer, id, { limit: 9 })).rejects.toMatchObject({ code: 'not_found' })
      await expect(history.rename(viewer, id, 'mine')).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('ends with leaving the workspace, with unlinking the account, and with taking it out', async () => {
    const { store, database, member, letRead, titles, id, owner } = await invited()
    const viewer = await member('grace', grace)
    await letRead(grace, threadIn('C1', ''))
    await createAudiences(sessionOf(database)).forget({ place: acme, person: grace })
    expect(await titles(viewer)).toEqual([])
    await letRead(grace, threadIn('C1', ''))
    expect(await titles(viewer)).toEqual(['canary plans'])
    const unlinked = { ...viewer, identityIds: viewer.identityIds.slice(0, 1) }
    expect(await titles(unlinked)).toEqual([])
    await store.teammates.removeWorkspace(id, acme)
    expect(await titles(viewer)).toEqual([])
    expect((await titles(owner)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'canary diary',
      'canary plans',
    ])
  })

  it('is told by name, beside those invited one by one, and makes it nobody’s alone', async () => {
    const { store, database, member, letRead, history, owner, id } = await invited()
    await database.handle
      .insertInto('places')
      .values({ platform: 'slack', workspace_id: 'T1', channel_id: 'C1', workspace_name: 'Acme' })
      .execute()
    await store.teammates.inviteWorkspace(id, acme, owner.memberId, atMs + 1)
    expect(await store.teammates.workspaces(id)).toEqual([{ ...acme, name: 'Acme' }])
    await letRead(ada, threadIn('C1', ''))
    await letRead(ada, threadIn('C2', ''))
    await letRead(ada, threadIn('C9', '', 'T2'))
    expect(await store.teammates.workspacesOf(owner, atMs)).toEqual([
      { ...acme, name: 'Acme' },
      { platform: 'slack', workspaceId: 'T2' },
    ])
    expect(await store.teammates.workspacesOf(owner, atMs + 60_000)).toEqual([])
    const viewer = await member('grace', grace)
    await store.teammates.invite(id, viewer.memberId, owner.memberId, atMs)
    await store.teammates.removeWorkspace(id, acme)
    expect(await history.find(owner, id)).toMatchObject({ direct: false })
    await store.teammates.remove(id, viewer.memberId)
    expect(await history.find(owner, id)).toMatchObject({ direct: true })
  })

  it('goes with the dialogue, and stays when who invited it is gone', async () => {
    const { store, database, id, owner } = await invited()
    await database.handle.deleteFrom('members').where('id', '=', owner.memberId).execute()
    expect(await store.teammates.workspaces(id)).toEqual([acme])
    await database.handle.deleteFrom('dialogues').where('id', '=', id).execute()
    expect(await store.teammates.workspaces(id)).toEqual([])
  })
})
