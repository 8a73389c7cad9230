import { randomUUID } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { createHistory } from '../adapters/postgres/history.ts'
import type { Database } from '../adapters/postgres/database.ts'
import {
  ada as adaOnSlack,
  grace as graceOnSlack,
  playOn,
  thread,
} from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { createInbox } from '../core/inbox.ts'
import type { Store } from '../core/store.ts'
import { linkMaking } from '../core/testing/link-making.ts'
import { silentLog } from '../core/testing/silent-log.ts'
import { builtInAgent } from '../core/agent.ts'
import { oneAgent } from '../core/testing/one-agent.ts'
import { createTalk } from './talk.ts'
import { signUp } from './testing/web-home.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Ada on the web, who may read the channel where Grace speaks with Parley on Slack. */
async function visit(database: Database, store: Store) {
  const nowMs = () => Date.now()
  const talk = createTalk({
    store,
    history: createHistory(database, { nowMs }),
    inbox: createInbox({
      store,
      clock: { nowMs, sleep: () => Promise.resolve() },
      log: silentLog,
      trail: () => {},
      linking: linkMaking,
    }),
    nowMs,
    newId: randomUUID,
    agents: oneAgent(store, builtInAgent('scripted')),
  })
  const { member } = await signUp(database, 'ada')
  const onSlack = await store.identities.meet(adaOnSlack)
  await store.members.link(onSlack.id, member.id, nowMs())
  await database.handle
    .insertInto('audience_places')
    .values({
      identity_id: onSlack.id,
      platform: 'slack',
      workspace_id: thread.workspaceId,
      channel_id: thread.channelId,
      valid_until: new Date(nowMs() + 600_000),
    })
    .execute()
  const person = async () => ({ member, viewer: await store.members.viewer(member.id) })
  return { talk, member, onSlack, person }
}

onEveryEngine('from the web, in a dialogue of Slack', open => {
  it('one speaks by one’s own account there, is answered, and the message says whence it came', async () => {
    const { store, database } = await open()
    const { ask, answer } = playOn(store)
    const { talk, onSlack, person } = await visit(database, store)
    const { dialogueId } = await ask(graceOnSlack, 'how often?')
    await answer('Twice a day.')
    const taken = await talk.send(await person(), dialogueId, { text: 'and in winter?', clientId: 'c1' })
    expect(taken).toMatchObject({ dialogueId })
    expect((await store.turns.get(taken.turnId ?? '')).asker.id).toBe(onSlack.id)
    const [newest] = (await store.changes.newest(dialogueId, 1))?.messages ?? []
    expect(newest?.message).toMatchObject({
      text: 'and in winter?',
      fromWeb: true,
      speaker: { identityId: onSlack.id },
    })
    expect(await answer('As often.')).toEqual(['and in winter?'])
  })

  it('what was said stays as it is: no branches, no other agent', async () => {
    const { store, database } = await open()
    const { ask, answer } = playOn(store)
    const { talk, person } = await visit(database, store)
    const turn = await ask(graceOnSlack, 'how often?')
    await answer()
    const { dialogueId, answerId } = turn
    const conflict = { code: 'conflict' }
    await expect(talk.regenerate(await person(), dialogueId, answerId)).rejects.toMatchObject(conflict)
    await expect(talk.switchBranch(await person(), dialogueId, undefined)).rejects.toMatchObject(conflict)
    await expect(talk.chooseAgent(await person(), dialogueId, 'Parley')).rejects.toMatchObject(conflict)
  })

  it('one stops one’s own answer at once, and another’s only when the platform agrees', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    const { talk, person } = await visit(database, store)
    const grace = await ask(graceOnSlack, 'how often?')
    await begin()
    expect(await talk.stop(await person(), grace.id)).toBe(false)
    expect((await store.turns.get(grace.id)).stop).toBeUndefined()
    expect(await store.jobs.claim(['stop'], 1_000)).toMatchObject([{ payload: { turnId: grace.id } }])
    const taken = await talk.send(await person(), grace.dialogueId, { text: 'and in winter?' })
    expect(await talk.stop(await person(), taken.turnId ?? '')).toBe(true)
    expect((await store.turns.get(taken.turnId ?? '')).stop).toMatchObject({ reason: 'asked' })
  })

  it('one who left the channel speaks no more, and only takes it out of their list before', async () => {
    const { store, database } = await open()
    const { ask } = playOn(store)
    const { talk, person } = await visit(database, store)
    const { dialogueId } = await ask(graceOnSlack, 'how often?')
    await talk.remove(await person(), dialogueId)
    expect(await store.dialogues.find(thread)).toBeDefined()
    await database.handle.deleteFrom('audience_places').execute()
    await expect(talk.send(await person(), dialogueId, { text: 'hello?' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await store.changes.newest(dialogueId, 5))?.messages).toHaveLength(1)
  })
})
