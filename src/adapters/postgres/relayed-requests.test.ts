import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { exportAsJson } from '../../core/export.ts'
import type { RelayedRequest } from '../../core/relayed-request.ts'
import { onEveryEngine, type TestDatabase } from './testing/databases.ts'
import { adaMember, graceMember, join } from './testing/members.ts'

const dayMs = 24 * 60 * 60_000
const nowMs = Date.UTC(2026, 10, 21)

const kept = (id: string, memberId: string, atMs = nowMs): RelayedRequest => ({
  id,
  atMs,
  memberId,
  apiKeyId: 'key-1',
  model: 'engine-1',
  host: 'models.example',
  streamed: false,
  outcome: 'answered',
  status: 200,
  // No text that a column of text could hold.
  request: Buffer.from([0, 255, 1]),
  response: Buffer.from(`{"said":"by ${id}"}`),
  truncated: false,
  choices: [
    {
      index: 0,
      text: 'hello',
      finishReason: 'stop',
      toolCalls: [{ id: 'c', name: 'weave', arguments: '{}' }],
    },
  ],
  usage: { inputTokens: 1, cachedInputTokens: 1, outputTokens: 2 },
  estimated: true,
  durationMs: 12,
})

onEveryEngine('what programs sent', open => {
  let opened: TestDatabase
  beforeEach(async () => {
    opened = await open()
    await join(opened.store, adaMember, graceMember)
  })
  const ids = async (memberId: string) =>
    (await opened.store.relayedRequests.of(memberId, { limit: 10 })).map(({ id }) => id)

  it('is kept byte for byte, once, and read newest first', async () => {
    const { relayedRequests } = opened.store
    const requests = [kept('a', 'm-ada', nowMs - 2), kept('b', 'm-ada', nowMs - 1), kept('c', 'm-ada')]
    await relayedRequests.add([...requests, kept('g', 'm-grace')])
    await relayedRequests.add(requests)
    const [first, ...more] = await relayedRequests.of('m-ada', { limit: 2 })
    expect(
      first && { ...first, request: Buffer.from(first.request), response: Buffer.from(first.response) },
    ).toEqual(kept('c', 'm-ada'))
    expect(more.map(({ id }) => id)).toEqual(['b'])
    expect((await relayedRequests.of('m-ada', { limit: 2, before: 'b' })).map(({ id }) => id)).toEqual(['a'])
  })

  it('goes with the person', async () => {
    await opened.store.relayedRequests.add([kept('a', 'm-ada'), kept('g', 'm-grace')])
    await opened.database.handle.deleteFrom('members').where('id', '=', 'm-ada').execute()
    const { rows } = await sql<{ id: string }>`select id from relayed_requests`.execute(
      opened.database.handle,
    )
    expect(rows).toEqual([{ id: 'g' }])
  })

  it('goes when it is older than the rule of the web, or of the relay there', async () => {
    const { relayedRequests, retention } = opened.store
    await relayedRequests.add([
      kept('old', 'm-ada', nowMs - 20 * dayMs),
      kept('older', 'm-ada', nowMs - 40 * dayMs),
      kept('new', 'm-ada'),
    ])
    await retention.set({ platform: 'slack', workspaceId: 'web', days: 1 })
    await retention.sweep(nowMs, 10)
    expect(await ids('m-ada')).toEqual(['new', 'old', 'older'])
    await retention.set({ platform: 'web', workspaceId: 'web', days: 30 })
    expect(await retention.sweep(nowMs, 10)).toMatchObject({ erased: 1, more: false })
    expect(await ids('m-ada')).toEqual(['new', 'old'])
    await retention.set({ platform: 'web', workspaceId: 'web', channelId: 'relay', days: 60 })
    await retention.set({ platform: 'web', workspaceId: 'web', days: 10 })
    await retention.sweep(nowMs, 10)
    expect(await ids('m-ada')).toEqual(['new', 'old'])
    await retention.set({ platform: 'web', workspaceId: 'web', channelId: 'relay', days: 5 })
    await retention.sweep(nowMs, 10)
    expect(await ids('m-ada')).toEqual(['new'])
  })

  it('is in what a person takes with them, and another’s is not', async () => {
    const mine = Array.from({ length: 9 }, (_, at) => kept(`mine-${at}`, 'm-ada'))
    await opened.store.relayedRequests.add([...mine, kept('g', 'm-grace')])
    const viewer = await opened.store.members.viewer('m-ada')
    let text = ''
    for await (const piece of exportAsJson(opened.store.exports, viewer, nowMs)) text += piece
    const { relayed }: { readonly relayed: readonly { readonly id: string; readonly response: string }[] } =
      JSON.parse(text)
    expect(relayed.map(({ id }) => id)).toEqual(mine.map(({ id }) => id))
    expect(relayed[0]?.response).toBe('{"said":"by mine-0"}')
  })
})
