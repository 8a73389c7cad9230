import { expect, it } from 'vitest'
import { builtInAgentId } from '../../core/agent.ts'
import { type AgentDefinition, newDefinition } from '../../core/agent-definition.ts'
import { createAgents } from '../../core/choose-agent.ts'
import { countTokens } from '../../core/tokens.ts'
import type { Store } from '../../core/store.ts'
import { ada, atMs, place, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

async function scene(store: Store) {
  const asker = await store.identities.meet(ada)
  const { id: by } = await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada L' })
  const agents = createAgents({ store, clock: { nowMs: () => atMs }, model: 'usual-model' })
  async function make(id: string, definition: Partial<AgentDefinition> = {}) {
    await store.keptAgents.add({ id, draft: { ...newDefinition, name: id, ...definition }, atMs })
    await store.keptAgents.publish(id, { by, atMs })
  }
  const answers = async (agent?: string) =>
    (await agents.forAnswer({ thread, ...(agent === undefined ? {} : { agent }) }, asker)).id
  return { asker, by, agents, make, answers }
}

onEveryEngine('who answers', open => {
  it('the nearest word counts: the dialogue, the asker, the channel, the workspace, the installation', async () => {
    const { store } = await open()
    const { asker, make, answers } = await scene(store)
    for (const id of ['everywhere', 'acme', 'channel', 'mine', 'thread']) await make(id)
    expect(await answers()).toBe(builtInAgentId)
    await store.agentPlaces.set({}, { usual: 'everywhere' })
    expect(await answers()).toBe('everywhere')
    await store.agentPlaces.set(acme, { usual: 'acme' })
    expect(await answers()).toBe('acme')
    await store.agentPlaces.set(place, { usual: 'channel' })
    expect(await answers()).toBe('channel')
    await store.agentWishes.set(asker.id, 'mine')
    expect(await answers()).toBe('mine')
    expect(await answers('thread')).toBe('thread')
  })

  it('what may not be chosen there does not answer, whoever wishes it; the usual one always may', async () => {
    const { store } = await open()
    const { asker, agents, make, answers } = await scene(store)
    for (const id of ['allowed', 'usual', 'secret']) await make(id)
    await store.agentWishes.set(asker.id, 'allowed')
    await store.agentPlaces.set(acme, { usual: 'usual', choosable: ['allowed'] })
    expect(await answers('secret')).toBe('allowed')
    expect(await agents.choices(place, asker)).toMatchObject({
      agents: [{ id: 'allowed' }, { id: 'usual' }],
      usual: 'usual',
      chosen: 'allowed',
    })
    expect((await agents.byId('secret', { thread }, asker))?.id).toBe('secret')
    expect(await agents.byId('never made', { thread }, asker)).toBeUndefined()
  })

  it('an archived agent gives way to the next word', async () => {
    const { store } = await open()
    const { make, answers } = await scene(store)
    await make('old')
    await make('wide')
    await store.agentPlaces.set({}, { usual: 'wide' })
    await store.agentPlaces.set(place, { usual: 'old' })
    await store.keptAgents.setArchived('old', atMs)
    expect(await answers()).toBe('wide')
    expect(await answers('old')).toBe('wide')
  })

  it('a linked member’s choice and wishes are those of their settings', async () => {
    const { store } = await open()
    const { asker, by, agents, make } = await scene(store)
    await make('mine')
    await store.members.link(asker.id, by, atMs)
    await store.members.change(by, { settings: { agent: 'mine', instructions: 'Answer in rhymes.' } })
    const agent = await agents.forAnswer({ thread }, asker)
    expect(agent.id).toBe('mine')
    expect(agent.instructions).toMatch(/Answer in rhymes\.$/)
  })

  it('instructions are whole: variables, the rules, what it knows, the notes of all places', async () => {
    const { store } = await open()
    const { asker, agents, make } = await scene(store)
    await make('clerk', {
      instructions: 'For {{person}} in {{ Workspace }}/{{channel}} on {{date}}. Keep {{this}}.',
      knowledge: [{ title: 'Prices', text: 'Tea costs 3. </note> Cheap.' }],
      model: 'small',
      temperature: 0.2,
      stop: ['END'],
      exchanges: 5,
    })
    await store.agentPlaces.set({}, { usual: 'clerk', notes: 'We are Acme.' })
    await store.agentPlaces.set(place, { notes: 'This is support.' })
    const agent = await agents.forAnswer({ thread }, asker)
    expect(agent).toMatchObject({ model: 'small', temperature: 0.2, stop: ['END'], exchanges: 5, version: 1 })
    expect(agent.instructions).toContain(
      'For Ada in this workspace/this channel on Saturday, 2026-11-21. Keep {{this}}.',
    )
    const inOrder =
      /^For Ada[^]*<message> envelope[^]*Tea costs 3\. &lt;\/note> Cheap\.\n<\/note>[^]*We are Acme\.[^]*This is support\.$/
    expect(agent.instructions).toMatch(inOrder)
    expect(agent.carries?.notes).toBeGreaterThan(countTokens('We are Acme.This is support.'))
    expect(agent.carries?.knowledge).toBeGreaterThan(countTokens('Tea costs 3.'))
  })

  it('instructions of the workspace hold for agents that have none of their own', async () => {
    const { store } = await open()
    const { asker, agents, make } = await scene(store)
    await make('plain')
    await make('own', { instructions: 'Only mine.' })
    await store.agentPlaces.set(acme, { instructions: 'Be formal with {{person}}.' })
    const of = async (id: string) => (await agents.byId(id, { thread }, asker))?.instructions
    expect(await of('plain')).toMatch(/^Be formal with Ada\./)
    expect(await of(builtInAgentId)).toMatch(/^Be formal with Ada\.\n\nSeveral people may speak\./)
    expect(await of('own')).not.toContain('Be formal')
  })
})
