import { expect, it } from 'vitest'
import { ada, place, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

onEveryEngine('parts', open => {
  async function begun() {
    const { store, database } = await open()
    const play = playOn(store)
    await play.ask(ada, 'A1')
    const { brief, lease } = await play.begin()
    return { store, database, answerId: brief.answer.id, dialogueId: brief.turn.dialogueId, lease }
  }

  it('are planned once for each ordinal, with a key that a takeover finds again', async () => {
    const { store, answerId, lease } = await begun()
    const ledger = store.turns.partsOf(answerId, lease)
    const first = await ledger.plan(0, { streaming: true })
    expect(first).toMatchObject({ ordinal: 0, state: 'posting', streaming: true })
    expect(first.key.length).toBeLessThanOrEqual(25)
    expect(await store.turns.partsOf(answerId, lease).plan(0)).toEqual(first)
    const anchor = await ledger.plan(-1)
    expect(anchor.key).not.toBe(first.key)
    expect((await ledger.list()).map(part => part.ordinal)).toEqual([-1, 0])
  })

  it('are planned once when two ask at the same time', async () => {
    const { store, answerId, lease } = await begun()
    const ledger = store.turns.partsOf(answerId, lease)
    const planned = await Promise.all(Array.from({ length: 8 }, () => ledger.plan(0)))
    expect(new Set(planned.map(part => part.id)).size).toBe(1)
  })

  it('get a new key after they were removed', async () => {
    const { store, answerId, lease } = await begun()
    const ledger = store.turns.partsOf(answerId, lease)
    const keys = new Set<string>()
    for (let time = 0; time < 3; time++) {
      const part = await ledger.plan(0)
      keys.add(part.key)
      await ledger.removed(part.id)
    }
    expect(keys.size).toBe(3)
    expect((await ledger.list()).map(part => part.state)).toEqual(['removed', 'removed', 'removed'])
  })

  it('keep what became of them, and lead back to their dialogue', async () => {
    const { store, answerId, dialogueId, lease } = await begun()
    const ledger = store.turns.partsOf(answerId, lease)
    const { id } = await ledger.plan(0, { streaming: true })
    await ledger.posted(id, 'M1')
    expect(await ledger.list()).toMatchObject([{ state: 'posted', ref: 'M1', streaming: true }])
    await ledger.streamClosed(id)
    expect(await ledger.list()).toMatchObject([{ state: 'posted', ref: 'M1', streaming: false }])
    expect((await store.dialogues.ofPart(place, 'M1'))?.id).toBe(dialogueId)
    expect(await store.dialogues.ofPart({ ...place, channelId: 'C2' }, 'M1')).toBeUndefined()
    expect(await store.dialogues.ofPart(place, 'M2')).toBeUndefined()
  })
})
