import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ada, atMs, grace, linus, place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { readersOn, threadIn } from './testing/readers.ts'

const all = { limit: 100 }

onEveryEngine('what a Viewer may not read', open => {
  it('is not there: another’s direct messages, other places, what has run out', async () => {
    const { history, talk, member, letRead, webDialogue, breakGlass, invite } = readersOn(await open())
    const viewer = await member('ada', ada)
    const other = await member('grace', grace)
    const hiddenIds = [
      await talk('canary direct', threadIn('D2', '1'), { direct: true, author: grace }),
      await talk('canary channel', threadIn('C2', '1')),
      await talk('canary workspace', threadIn('C1', '1', 'T2')),
      await talk('canary expired', threadIn('C3', '1')),
      await webDialogue(other, 'canary web'),
      await talk('canary glass', threadIn('C4', '1')),
      await talk('canary unlinked', threadIn('C5', '1')),
      await talk('canary thread of an invitation', threadIn('C6', '1')),
    ]
    // A direct message's channel that somebody's platform wrongly calls readable stays its owner's.
    await letRead(ada, threadIn('D2', ''))
    await letRead(ada, place)
    await letRead(ada, threadIn('C3', ''), { forMs: 0 })
    await breakGlass(hiddenIds[5] ?? '', viewer, 0)
    await letRead(linus, threadIn('C5', ''))
    await invite(hiddenIds[7] ?? '', viewer)
    expect(await history.list(viewer, {}, all)).toEqual({ items: [] })
    expect(await history.search(viewer, 'canary', {}, all)).toEqual({ items: [] })
    expect(await history.facets(viewer)).toEqual({ places: [], people: [] })
    expect(await history.pinned(viewer)).toEqual([])
    for (const id of hiddenIds) {
      expect(await history.find(viewer, id)).toBeUndefined()
      const nothing = { code: 'not_found', message: 'There is no such dialogue.' }
      await expect(history.messages(viewer, id, { limit: 10 })).rejects.toMatchObject(nothing)
      await expect(history.setPinned(viewer, id, true, atMs)).rejects.toMatchObject(nothing)
      await expect(history.hide(viewer, id, atMs)).rejects.toMatchObject(nothing)
      await expect(history.rename(viewer, id, 'mine')).rejects.toMatchObject(nothing)
    }
    await expect(history.messages(viewer, 'none', { limit: 10 })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('includes private threads of channels they read, unless they read those too', async () => {
    const { database, store } = await open()
    const { titles, talk, member, letRead } = readersOn({ database, store })
    const viewer = await member('ada', ada)
    const id = await talk('secret', threadIn('C1', '7'))
    await talk('open', threadIn('C1', '8'))
    await database.handle
      .updateTable('dialogues')
      .set({ private_thread: true })
      .where('id', '=', id)
      .execute()
    await letRead(ada, place)
    expect(await titles(viewer)).toEqual(['open'])
    await letRead(ada, place, { threadId: '8' })
    expect(await titles(viewer)).toEqual(['open'])
    await letRead(ada, place, { threadId: '7' })
    expect(await titles(viewer)).toEqual(['open', 'secret'])
    const other = await member('linus', linus)
    await letRead(linus, place, { threadId: '7' })
    expect(await titles(other)).toEqual([])
  })

  it('is kept from versions and receipts too', async () => {
    const { database, store } = await open()
    const { history, say, ask, member, letRead, begin } = readersOn({ database, store })
    const viewer = await member('ada', ada)
    const said = await say(grace, 'canary')
    await store.messages.revise(said.id, 'changed', [], atMs)
    const turn = await ask(grace, 'and?')
    const { lease } = await begin()
    const receipt = {
      messages: { included: 1, summarised: 0, dropped: 0 },
      tokens: { instructions: 1, asked: 1, summary: 0, history: 0, reserved: 10, limit: 100 },
    }
    await store.modelCalls.begin(
      {
        id: 'call',
        turnId: turn.id,
        purpose: 'answer',
        startedAtMs: atMs,
        receipt,
        request: { model: 'm', maxTokens: 10, messages: [] },
      },
      lease,
    )
    expect(await history.versions(viewer, said.id)).toEqual([])
    expect(await history.receipt(viewer, turn.id)).toBeUndefined()
    await letRead(ada, place)
    expect(await history.versions(viewer, said.id)).toEqual([
      { version: 1, text: 'canary', replacedAtMs: atMs },
    ])
    expect(await history.receipt(viewer, turn.id)).toEqual(receipt)
  })

  it('is nobody’s, whatever worlds there are', async () => {
    const opened = await open()
    await fc.assert(
      fc.asyncProperty(fc.array(world, { minLength: 1, maxLength: 5 }), async dialogues => {
        const { history, talk, member, letRead, webDialogue, invite, breakGlass } = readersOn(await open())
        const viewers = [await member('ada', ada), await member('grace', grace)]
        const readers = [ada, grace]
        const may = new Map<string, Set<number>>()
        for (const [number, dialogue] of dialogues.entries()) {
          const owner = readers[dialogue.owner] ?? ada
          const where = threadIn(dialogue.direct ? `D${number}` : `C${number}`, '1', dialogue.workspace)
          const viewer = viewers[dialogue.owner]
          const id =
            dialogue.web && viewer
              ? await webDialogue(viewer, 'canary')
              : await talk('canary', where, { direct: dialogue.direct, author: owner })
          const allowed = new Set<number>(dialogue.web || dialogue.direct ? [dialogue.owner] : [])
          for (const [reader, granted] of dialogue.grants.entries()) {
            const person = readers[reader]
            const guest = viewers[reader]
            if (!person || !guest || granted.kind === 'none') continue
            const lasts = { forMs: granted.expired ? -1 : 1_000 }
            if (granted.kind === 'read') {
              await letRead(person, { ...where, workspaceId: granted.workspace }, lasts)
              const there = granted.workspace === dialogue.workspace && !dialogue.web && !dialogue.direct
              if (there && !granted.expired) allowed.add(reader)
            } else if (granted.kind === 'invite') {
              await invite(id, guest)
              if (dialogue.web) allowed.add(reader)
            } else {
              await breakGlass(id, guest, lasts.forMs)
              if (!granted.expired) allowed.add(reader)
            }
          }
          may.set(id, allowed)
        }
        for (const [number, viewer] of viewers.entries()) {
          const expected = [...may].filter(([, allowed]) => allowed.has(number)).map(([id]) => id)
          const listed = await history.list(viewer, {}, all)
          expect(new Set(listed.items.map(({ id }) => id))).toEqual(new Set(expected))
          const found = await history.search(viewer, 'canary', {}, all)
          expect(new Set(found.items.map(({ id }) => id))).toEqual(new Set(expected))
          for (const id of may.keys())
            expect((await history.find(viewer, id)) !== undefined).toBe(expected.includes(id))
        }
      }),
      { numRuns: opened.database.engine === 'embedded' ? 10 : 40 },
    )
  }, 120_000)
})

const grant = fc.record({
  kind: fc.constantFrom('none', 'read', 'invite', 'glass'),
  workspace: fc.constantFrom('T1', 'T2'),
  expired: fc.boolean(),
})

const world = fc.record({
  direct: fc.boolean(),
  web: fc.boolean(),
  owner: fc.constantFrom(0, 1),
  workspace: fc.constantFrom('T1', 'T2'),
  grants: fc.tuple(grant, grant),
})
