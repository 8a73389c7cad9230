import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Turn } from '../../core/turn.ts'
import { messagesOfTurn } from './run-turn.ts'
import { ada, atMs, grace, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

onEveryEngine('turns', open => {
  it('answer two waiting messages of one person together, and another’s after', async () => {
    const { store } = await open()
    const { ask, answer, claim } = playOn(store)
    const turns = [await ask(ada, 'A1'), await ask(ada, 'A2'), await ask(grace, 'B1')]
    expect(turns.map(turn => turn.sequence)).toEqual([1, 1, 2])
    expect([await answer(), await answer()]).toEqual([['A1', 'A2'], ['B1']])
    await expect(claim()).rejects.toThrow('There is no job.')
  })

  it('stay apart when another person’s stands between', async () => {
    const { store } = await open()
    const { ask, answer } = playOn(store)
    for (const [author, text] of [
      [ada, 'A1'],
      [grace, 'B1'],
      [ada, 'A2'],
    ] as const)
      await ask(author, text)
    expect([await answer(), await answer(), await answer()]).toEqual([['A1'], ['B1'], ['A2']])
  })

  it('are not joined once begun', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    await ask(ada, 'A1')
    await begin()
    expect((await ask(ada, 'A2')).sequence).toBe(2)
  })

  it('are not joined once told to stop', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const first = await ask(ada, 'A1')
    await store.turns.requestStop(first.id, { reason: 'asked' })
    expect((await ask(ada, 'A2')).sequence).toBe(2)
  })

  it('answer every message, however joining and beginning race', async () => {
    const { store } = await open()
    const { ask, begin, answer } = playOn(store)
    for (let round = 0; round < 10; round++) {
      const where = { ...thread, threadId: `race ${round}` }
      await ask(ada, 'A1', where)
      const [begun, joined] = await Promise.all([begin(), ask(ada, 'A2', where)])
      const asked = (await store.turns.askedIds(begun.brief.turn.id)).length
      expect(asked).toBe(begun.brief.asked.length)
      expect(asked).toBe(joined.id === begun.brief.turn.id ? 2 : 1)
      await store.turns.deliver(begun.brief.turn.id, begun.lease, { end: 'done', text: 'x', tokens: 1 })
      await store.turns.end(begun.brief.turn.id, begun.lease)
      const left = asked === 1 ? await answer() : []
      expect([...begun.brief.asked.map(message => message.text), ...left]).toEqual(['A1', 'A2'])
    }
  })

  it('put the answer after what was said while they waited', async () => {
    const { store } = await open()
    const { ask, say, answer } = playOn(store)
    const { dialogueId } = await ask(ada, 'A1')
    await say(grace, 'I wondered too')
    await answer('Twice a day.')
    await ask(ada, 'A2')
    const said = await store.messages.before(dialogueId, Number.MAX_SAFE_INTEGER, 10)
    expect(said.map(message => message.text)).toEqual(['A2', 'Twice a day.', 'I wondered too', 'A1'])
  })

  it('run one at a time in a dialogue, on one process or another', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    await ask(ada, 'A1')
    await ask(grace, 'B1')
    const { brief, lease } = await begin()
    expect(await store.jobs.claim(['turn'], 1_000)).toEqual([])
    expect(await states(brief.turn)).toEqual(['running'])
    await store.turns.deliver(brief.turn.id, lease, { end: 'done', text: 'x', tokens: 1 })
    expect(await states(brief.turn)).toEqual(['delivering'])
    await store.turns.end(brief.turn.id, lease)
    expect(await states(brief.turn)).toEqual(['done'])
    expect((await begin()).brief.turn.sequence).toBe(2)

    async function states(turn: Turn) {
      return [(await store.turns.get(turn.id)).state]
    }
  })

  it('are taken over as they were left, and the one who lost them can write nothing', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    await ask(ada, 'A1')
    const lost = await begin(1)
    await expect.poll(() => store.jobs.nextDueMs(['turn'])).toBe(0)
    const taken = await begin()
    expect(taken.brief).toEqual(lost.brief)
    const { id, answerId } = taken.brief.turn
    const result = { end: 'done', text: 'late', tokens: 1 } as const
    for (const late of [
      () => store.turns.begin(id, lost.lease),
      () => store.turns.deliver(id, lost.lease, result),
      () => store.turns.end(id, lost.lease),
      () => store.turns.partsOf(answerId, lost.lease).plan(0),
    ])
      await expect(late()).rejects.toMatchObject({ code: 'lease_lost' })
    await store.turns.deliver(id, taken.lease, { ...result, text: 'in time' })
    const again = await store.turns.begin(id, taken.lease)
    expect([again?.turn.state, again?.turn.end, again?.answer.text]).toEqual([
      'delivering',
      { state: 'done' },
      'in time',
    ])
  })

  it('end as failed when the answer could not be shown', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    await ask(ada, 'A1')
    const { brief, lease } = await begin()
    const result = { text: 'Twice.', tokens: 2 }
    await store.turns.deliver(brief.turn.id, lease, { ...result, end: 'done' })
    await store.turns.deliver(brief.turn.id, lease, { ...result, end: 'failed', error: 'platform_refused' })
    await store.turns.end(brief.turn.id, lease)
    const turn = await store.turns.get(brief.turn.id)
    expect([turn.state, turn.end]).toEqual(['failed', { state: 'failed', error: 'platform_refused' }])
  })

  it('cannot end before they are delivered, nor be delivered after', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    await ask(ada, 'A1')
    const { brief, lease } = await begin()
    await expect(store.turns.end(brief.turn.id, lease)).rejects.toMatchObject({ code: 'conflict' })
    await store.turns.deliver(brief.turn.id, lease, { end: 'done', text: 'x', tokens: 1 })
    await store.turns.end(brief.turn.id, lease)
    const late = store.turns.deliver(brief.turn.id, lease, { end: 'done', text: 'y', tokens: 1 })
    await expect(late).rejects.toMatchObject({ code: 'lease_lost' })
  })

  it('write the same answer again, in the same place, and keep what it said before', async () => {
    const { store, database } = await open()
    const { ask, answer, begin } = playOn(store)
    const first = await ask(ada, 'A1')
    await answer('Once a day.')
    const told = await store.messages.before(first.dialogueId, Number.MAX_SAFE_INTEGER, 10)
    const position = told.find(message => message.id === first.answerId)?.position
    expect(position).toBeGreaterThan(0)
    await ask(grace, 'B1')
    const again = {
      dialogueId: first.dialogueId,
      messageIds: await store.turns.askedIds(first.id),
      askerId: first.asker.id,
      atMs,
      answerId: first.answerId,
    }
    const rewriting = await store.turns.accept(again)
    expect((await store.turns.accept(again)).id).toBe(rewriting.id)
    expect((await store.turns.get(rewriting.id)).sequence).toBe(3)
    await answer('For Grace.')
    const { brief, lease } = await begin()
    expect([brief.answer.id, brief.answer.position, brief.answer.text]).toEqual([
      first.answerId,
      position,
      'Once a day.',
    ])
    await store.turns.deliver(rewriting.id, lease, { end: 'done', text: 'Twice a day.', tokens: 4 })
    await store.turns.deliver(rewriting.id, lease, { end: 'done', text: 'Twice a day.', tokens: 4 })
    const versions = await database.handle
      .selectFrom('message_versions')
      .select(['version', 'text'])
      .execute()
    expect(versions).toEqual([{ version: 1, text: 'Once a day.' }])
    expect((await store.turns.begin(rewriting.id, lease))?.answer).toMatchObject({
      text: 'Twice a day.',
      version: 2,
    })
  })

  it('are not joined by a plain message when they rewrite an answer', async () => {
    const { store } = await open()
    const { ask, answer } = playOn(store)
    const first = await ask(ada, 'A1')
    await answer()
    await store.turns.accept({
      dialogueId: first.dialogueId,
      messageIds: await store.turns.askedIds(first.id),
      askerId: first.asker.id,
      atMs,
      answerId: first.answerId,
    })
    expect((await ask(ada, 'A2')).sequence).toBe(3)
  })

  it('stop for the first reason given, tell those who run them, and are left alone when delivered', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    const first = await ask(ada, 'A1')
    const second = await ask(grace, 'B1')
    const stops: string[] = []
    const unlisten = database.signals.listen(signal => {
      if (signal.type === 'stop') stops.push(signal.turnId)
    })
    const { lease } = await begin()
    await store.turns.requestStop(first.id, { reason: 'asked', byId: second.asker.id })
    await store.turns.requestStop(first.id, { reason: 'deleted' })
    await store.turns.requestStop(second.id, { reason: 'revised' })
    expect((await store.turns.get(first.id)).stop).toEqual({ reason: 'asked', by: second.asker.id })
    expect((await store.turns.get(second.id)).stop).toEqual({ reason: 'revised' })
    await expect.poll(() => stops).toEqual([first.id, first.id, second.id])
    await store.turns.deliver(first.id, lease, { end: 'stopped', text: '', tokens: 0 })
    await store.turns.end(first.id, lease)
    const third = await begin()
    await store.turns.deliver(second.id, third.lease, { end: 'done', text: 'x', tokens: 1 })
    const before = await store.turns.get(second.id)
    await store.turns.requestStop(second.id, { reason: 'asked' })
    expect(await store.turns.get(second.id)).toEqual(before)
    unlisten()
  })

  it('are found while they wait or run: of a dialogue, of a channel, of a message', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    const here = await ask(ada, 'A1')
    const there = await ask(grace, 'B1', { ...thread, threadId: '200.1' })
    const elsewhere = await ask(grace, 'B2', { ...thread, channelId: 'C2' })
    const { brief } = await begin()
    expect((await store.turns.active({ dialogueId: here.dialogueId })).map(turn => turn.state)).toEqual([
      'running',
    ])
    expect((await store.turns.active({ place })).map(turn => turn.id)).toEqual([here.id, there.id])
    expect((await store.turns.ofMessage(brief.asked[0]?.id ?? ''))?.id).toBe(here.id)
    expect((await store.turns.get(elsewhere.id)).asker.name).toBe('Grace')
    await expect(store.turns.get('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('begin without looking through messages that are not theirs', async () => {
    const { store, database } = await open()
    const turn = await playOn(store).ask(ada, 'how often?')
    const plan = await database.atomically(async handle => {
      await sql`set local enable_seqscan = off`.execute(handle)
      const { rows } = await sql<{ 'QUERY PLAN': string }>`
        explain ${messagesOfTurn(handle, turn.id, turn.answerId)}`.execute(handle)
      return rows.map(row => row['QUERY PLAN']).join('\n')
    })
    expect(plan).toContain('messages')
    expect(plan).not.toContain('Seq Scan on messages')
  })
})
