import { expect, it } from 'vitest'
import { newDefinition } from '../../core/agent-definition.ts'
import type { Store } from '../../core/store.ts'
import { ada, atMs, place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const writer = { ...newDefinition, name: 'Writer', instructions: 'Write well.' }
const acme = { platform: 'slack', workspaceId: 'T1' } as const

async function adaIn(store: Store) {
  return store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
}

onEveryEngine('agents', open => {
  it('answer with what was published, while their draft goes on', async () => {
    const { store } = await open()
    const { id: by } = await adaIn(store)
    await store.keptAgents.add({ id: 'a1', draft: writer, atMs })
    expect(await store.keptAgents.answering('a1')).toBeUndefined()
    expect(await store.keptAgents.offered(acme)).toEqual([])
    expect(await store.keptAgents.publish('a1', { by, atMs })).toBe(1)
    await store.keptAgents.saveDraft('a1', { ...writer, instructions: 'Write badly.' }, 1, atMs)
    expect((await store.keptAgents.answering('a1'))?.definition).toEqual(writer)
    expect(await store.keptAgents.publish('a1', { by, atMs: atMs + 1 })).toBe(2)
    expect(await store.keptAgents.publish('a1', { by, atMs: atMs + 2, from: 1 })).toBe(3)
    expect(await store.keptAgents.find('a1')).toEqual({
      id: 'a1',
      draft: writer,
      revision: 3,
      archived: false,
      published: { version: 3, definition: writer, publishedAtMs: atMs + 2, publishedBy: by, from: 1 },
    })
    const versions = await store.keptAgents.versions('a1')
    expect(versions.map(({ version, definition }) => [version, definition.instructions])).toEqual([
      [3, 'Write well.'],
      [2, 'Write badly.'],
      [1, 'Write well.'],
    ])
    await expect(store.keptAgents.publish('a1', { by, atMs, from: 9 })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('are numbered one after another, however many publish at once', async () => {
    const { store } = await open()
    const { id: by } = await adaIn(store)
    await store.keptAgents.add({ id: 'a1', draft: writer, atMs })
    const versions = await Promise.all(
      Array.from({ length: 12 }, () => store.keptAgents.publish('a1', { by, atMs })),
    )
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    expect((await store.keptAgents.answering('a1'))?.version).toBe(12)
  })

  it('are not saved over what somebody else saved meanwhile', async () => {
    const { store } = await open()
    await store.keptAgents.add({ id: 'a1', draft: writer, atMs })
    const outcomes = await Promise.allSettled(
      ['one', 'two', 'three'].map(description =>
        store.keptAgents.saveDraft('a1', { ...writer, description }, 1, atMs),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    })
  })

  it('have a name of their own in their workspace, until they are archived', async () => {
    const { store } = await open()
    await store.keptAgents.add({ id: 'a1', draft: writer, atMs })
    const again = { ...writer, name: 'WRITER' }
    await expect(store.keptAgents.add({ id: 'a2', draft: again, atMs })).rejects.toMatchObject({
      code: 'conflict',
      fields: [{ field: 'name', code: 'taken' }],
    })
    await store.keptAgents.add({ id: 'a3', workspace: acme, draft: again, atMs })
    await store.keptAgents.setArchived('a1', atMs)
    await store.keptAgents.add({ id: 'a4', draft: again, atMs })
    await expect(store.keptAgents.setArchived('a1', null)).rejects.toMatchObject({ code: 'conflict' })
    const seen = await store.keptAgents.list()
    expect(seen.map(({ id, archived }) => [id, archived])).toEqual([
      ['a4', false],
      ['a1', true],
    ])
    expect((await store.keptAgents.list(acme)).map(({ id }) => id)).toEqual(['a3', 'a4', 'a1'])
  })

  it('of a workspace are offered there alone, and archived ones nowhere', async () => {
    const { store } = await open()
    const { id: by } = await adaIn(store)
    await store.keptAgents.add({ id: 'ours', workspace: acme, draft: writer, atMs })
    await store.keptAgents.publish('ours', { by, atMs })
    const offered = { id: 'ours', name: 'Writer', description: '', guided: false }
    expect(await store.keptAgents.offered(acme)).toEqual([offered])
    expect(await store.keptAgents.offered({ platform: 'slack', workspaceId: 'T2' })).toEqual([])
    await store.keptAgents.setArchived('ours', atMs)
    expect(await store.keptAgents.offered(acme)).toEqual([])
    expect(await store.keptAgents.answering('ours')).toBeUndefined()
  })

  it('places say what holds from the installation to the channel', async () => {
    const { store } = await open()
    expect((await store.agentPlaces.onPath(place)).said).toEqual([{}, {}, {}])
    await store.agentPlaces.set({}, { usual: 'a1', notes: 'We are Acme.' })
    await store.agentPlaces.set(acme, { choosable: ['a1', 'a2'], instructions: 'Be formal.' })
    await store.agentPlaces.set(place, { usual: 'a2' })
    await store.agentPlaces.set(place, { usual: 'a3', notes: 'This is support.' })
    expect((await store.agentPlaces.onPath(place)).said).toEqual([
      { usual: 'a1', notes: 'We are Acme.' },
      { choosable: ['a1', 'a2'], instructions: 'Be formal.' },
      { usual: 'a3', notes: 'This is support.' },
    ])
    expect(await store.agentPlaces.list(acme)).toEqual([
      { ...acme, choosable: ['a1', 'a2'], instructions: 'Be formal.' },
      { ...place, usual: 'a3', notes: 'This is support.' },
    ])
    expect(await store.agentPlaces.list()).toEqual([{ usual: 'a1', notes: 'We are Acme.' }])
    expect(await store.agentPlaces.find({ platform: 'slack', workspaceId: 'T9' })).toEqual({})
  })

  it('an account without a member keeps its own choice', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.agentWishes.set(id, 'a1')
    await store.agentWishes.set(id, 'a2')
    expect(await store.agentWishes.of(id)).toBe('a2')
    await store.agentWishes.set(id, undefined)
    expect(await store.agentWishes.of(id)).toBeUndefined()
  })
})
