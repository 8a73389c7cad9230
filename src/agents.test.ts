import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { createStore } from './adapters/postgres/store.ts'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { readConfig } from './config.ts'
import { type AgentDefinition, newDefinition } from './core/agent-definition.ts'
import type { Store } from './core/store.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Parley, startParley } from './parley.ts'
import { type Household, openHousehold, type Room } from './testing/household.ts'

/** Agents from a thread of each platform to the model, by the real adapters. */

let postgres: TestPostgres
let house: Household
let parley: Parley
let database: Database
let store: Store

beforeAll(async () => {
  postgres = await startTestPostgres()
  house = await openHousehold({ databaseUrl: postgres.url })
  parley = await startParley(readConfig(house.env), { log: silentLog })
  await vi.waitUntil(async () => (await fetch(`${parley.url}/readyz`)).status === 200, {
    timeout: 30_000,
    interval: 50,
  })
  database = await openDatabase({ url: postgres.url }, { log: silentLog })
  store = createStore(database)
  await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
}, 90_000)
afterAll(async () => {
  await database.close()
  await parley.stop()
  await house.close()
  await postgres.drop()
})

const eventually = { timeout: 30_000 }
const reply = (text: string) => house.sandbox.model.script({ text })
const lastPrompt = () => house.sandbox.model.requests.at(-1)?.messages.map(({ content }) => content) ?? []

async function make(name: string, definition: Partial<AgentDefinition>) {
  await store.keptAgents.add({ id: name, draft: { ...newDefinition, name, ...definition }, atMs: 0 })
  await store.keptAgents.publish(name, { by: 'm-ada', atMs: 0 })
}

describe.each(['slack', 'discord'] as const)('on %s', platform => {
  const room = (): Room => house[platform]

  async function channel() {
    reply('Here.')
    const root = room().say('@Parley are you there?')
    await expect.poll(() => room().texts(root), eventually).toEqual(['Here.'])
    const { platform: on, workspace_id: workspaceId } = await database.handle
      .selectFrom('dialogues')
      .select(['platform', 'workspace_id'])
      .where('platform', '=', platform)
      .where('channel_id', '=', room().support)
      .executeTakeFirstOrThrow()
    return { platform: on, workspaceId, channelId: room().support }
  }

  it('a thread is answered by its channel’s agent, with the notes of its workspace, and the receipt says so', async () => {
    const place = await channel()
    await make(`Clerk of ${platform}`, { instructions: 'Answer {{person}} as a clerk.', temperature: 0.1 })
    const { channelId: _, ...workspace } = place
    await store.agentPlaces.set(workspace, { notes: 'We are Acme.' })
    await store.agentPlaces.set(place, { usual: `Clerk of ${platform}` })
    reply('Certainly.')
    const root = room().say('@Parley the form, please')
    await expect.poll(() => room().texts(root), eventually).toEqual(['Certainly.'])
    expect(lastPrompt()[0]).toMatch(/^Answer Ada as a clerk\.[^]*We are Acme\.$/)
    expect(house.sandbox.model.requests.at(-1)).toMatchObject({ body: { temperature: 0.1 } })
    const { receipt } = await database.handle
      .selectFrom('model_calls')
      .select('receipt')
      .orderBy('started_at', 'desc')
      .executeTakeFirstOrThrow()
    expect(receipt).toMatchObject({
      agent: { id: `Clerk of ${platform}`, name: `Clerk of ${platform}`, version: 1 },
      tokens: { notes: expect.any(Number) },
    })
    await store.agentPlaces.set(place, {})
  })

  it('one asks for another by command, and is told which there are', async () => {
    await make(`Poet of ${platform}`, { instructions: 'Answer in rhymes.' })
    const say = (text: string) =>
      platform === 'slack'
        ? room().player.command({ channelId: room().support }, room().grace, 'parley', `agent ${text}`)
        : room().player.command({ channelId: room().support }, room().grace, 'agent', text)
    const told = () =>
      room()
        .player.messages(room().support)
        .filter(({ author }) => author.name === 'Parley')
        .at(-1)?.text ?? ''
    say('nobody')
    await expect.poll(told, eventually).toContain(`Poet of ${platform}`)
    say(`poet OF ${platform}`)
    await expect.poll(told, eventually).toContain('answers you from now on')
    reply('Rhymes.')
    const root = room().say('@Parley sing', undefined, room().grace)
    await expect.poll(() => room().texts(root), eventually).toEqual(['Rhymes.'])
    expect(lastPrompt()[0]).toMatch(/^Answer in rhymes\./)
  })

  it('a guided agent asks in the thread, one question at a time', async () => {
    const place = await channel()
    await make(`Coach of ${platform}`, { questions: ['Where now?', 'Where to?'] })
    await store.agentPlaces.set(place, { usual: `Coach of ${platform}` })
    const asked = house.sandbox.model.requests.length
    const root = room().say('@Parley I want to run')
    await expect.poll(() => room().texts(root).join('|'), eventually).toContain('Where now?')
    room().say('On the sofa', root)
    await expect.poll(() => room().texts(root).join('|'), eventually).toContain('Where to?')
    expect(house.sandbox.model.requests).toHaveLength(asked)
    reply('Then go.')
    room().say('skip', root)
    await expect.poll(() => room().texts(root).at(-1), eventually).toBe('Then go.')
    expect(lastPrompt()[1]).toMatch(
      /<question>Where now\?<\/question>\n<answer>On the sofa<\/answer>\n<\/answers>$/,
    )
    await store.agentPlaces.set(place, {})
  })
})
