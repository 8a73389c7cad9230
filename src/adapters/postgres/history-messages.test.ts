import { expect, it } from 'vitest'
import type { Author } from '../../core/identity.ts'
import type { ShownMessage } from '../../core/history.ts'
import { newId } from './ids.ts'
import { ada, atMs, grace, linus, place, thread } from './testing/cast.ts'
import { onEveryEngine, type TestDatabase } from './testing/databases.ts'
import { readersOn } from './testing/readers.ts'

async function ready(opened: TestDatabase) {
  const readers = readersOn(opened)
  const viewer = await readers.member('ada', ada)
  await readers.letRead(ada, place)
  const { handle } = opened.database

  /** A message on a branch, or on the trunk. */
  async function put(text: string, position: number, branchId: string | null = null) {
    const { id: dialogueId } = await readers.open()
    const author = await opened.store.identities.meet(grace)
    const id = newId()
    await handle
      .insertInto('messages')
      .values({
        id,
        dialogue_id: dialogueId,
        position,
        role: 'user',
        author_id: author.id,
        ref: id,
        text,
        files: '[]',
        sent_at: new Date(atMs),
        branch_id: branchId,
      })
      .execute()
    return { id, dialogueId }
  }

  async function branch(id: string, from: number, parent: string | null = null) {
    const { id: dialogueId } = await readers.open()
    await handle
      .insertInto('branches')
      .values({
        id,
        dialogue_id: dialogueId,
        parent_id: parent,
        from_position: from,
        created_at: new Date(atMs + from),
      })
      .execute()
  }

  const line = async (branchId?: string | null, limit = 50, before?: number) => {
    const { id } = await readers.open()
    return readers.history.messages(viewer, id, {
      limit,
      ...(branchId === undefined ? {} : { branchId }),
      ...(before === undefined ? {} : { before }),
    })
  }
  return { ...readers, viewer, put, branch, line, handle, store: opened.store }
}

/** `text` alone, or with the ways that can be taken there. */
const told = (messages: readonly ShownMessage[]) =>
  messages.map(({ text, branches }) => (branches ? `${text} <${branches.join(' ')}>` : text))

onEveryEngine('messages of a dialogue', open => {
  it('are shown with who spoke, from where, and how far the answer is', async () => {
    const { ask, begin, line, say, store, handle, viewer } = await ready(await open())
    await handle
      .insertInto('avatars')
      .values({ member_id: viewer.memberId, image: new Uint8Array([1]), tag: 'a1' })
      .execute()
    const asked = await ask(ada, 'when, <@U-GRACE>?')
    await say(grace, 'hm')
    const { messages } = await line()
    expect(messages).toEqual([
      {
        id: expect.any(String),
        position: expect.any(Number),
        role: 'user',
        speaker: {
          identityId: asked.asker.id,
          name: 'Ada',
          memberId: viewer.memberId,
          avatarTag: 'a1',
        },
        text: 'when, @Grace?',
        version: 1,
        redacted: false,
        fromWeb: false,
        files: [],
        sentAtMs: expect.any(Number),
        ref: '100.1/1',
      },
      expect.objectContaining({ text: 'hm', speaker: expect.objectContaining({ name: 'Grace' }) }),
      {
        id: asked.answerId,
        position: expect.any(Number),
        role: 'assistant',
        text: '',
        version: 1,
        redacted: false,
        fromWeb: false,
        files: [],
        sentAtMs: expect.any(Number),
        turn: { id: asked.id, state: 'accepted', stopped: false },
      },
    ])
    const positions = messages.map(({ position }) => position)
    expect(positions).toEqual(positions.toSorted((one, other) => one - other))
    const { lease } = await begin()
    const ledger = store.turns.partsOf(asked.answerId, lease)
    const parts = [await ledger.plan(-1), await ledger.plan(0), await ledger.plan(1)]
    for (const [number, part] of parts.entries()) await ledger.posted(part.id, `P${number}`)
    await store.turns.requestStop(asked.id, { reason: 'asked' })
    await store.turns.deliver(asked.id, lease, {
      end: 'failed',
      error: 'model_refused',
      text: 'Twice',
      tokens: 1,
    })
    expect((await line()).messages.at(-1)).toMatchObject({
      text: 'Twice',
      ref: 'P1',
      turn: { id: asked.id, state: 'delivering', error: 'model_refused', stopped: true },
    })
  })

  it('are read backwards in pages', async () => {
    const { say, line } = await ready(await open())
    const texts = ['1', '2', '3', '4', '5']
    for (const text of texts) await say(grace, text)
    const newest = await line(undefined, 2)
    expect([told(newest.messages), newest.more]).toEqual([['4', '5'], true])
    const middle = await line(undefined, 2, newest.messages[0]?.position)
    expect([told(middle.messages), middle.more]).toEqual([['2', '3'], true])
    const oldest = await line(undefined, 2, middle.messages[0]?.position)
    expect([told(oldest.messages), oldest.more]).toEqual([['1'], false])
    expect((await line(undefined, 5)).more).toBe(false)
    for (const limit of [0, 501, 1.5])
      await expect(line(undefined, limit)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('that were edited show their versions; those that were erased show that they were', async () => {
    const { say, line, store, history, viewer } = await ready(await open())
    const said = await say({ ...linus, name: 'Linus' } satisfies Author, 'first')
    await store.messages.revise(said.id, 'second <@U-LINUS>', [], atMs)
    await store.messages.revise(said.id, 'third', ['a.txt'], atMs + 1)
    expect((await line()).messages).toMatchObject([{ text: 'third', version: 3, files: ['a.txt'] }])
    expect(await history.versions(viewer, said.id)).toEqual([
      { version: 2, text: 'second @Linus', replacedAtMs: atMs + 1 },
      { version: 1, text: 'first', replacedAtMs: atMs },
    ])
    await store.messages.redact(said.id, atMs)
    expect((await line()).messages).toMatchObject([{ text: '', redacted: true, files: [] }])
    expect(await history.versions(viewer, said.id)).toEqual([])
  })
})

onEveryEngine('branches of a dialogue', open => {
  it('go on from what stands before their fork, which tells every way', async () => {
    const { put, branch, line, handle } = await ready(await open())
    await put('q', 10)
    await put('a', 20)
    await put('q2', 30)
    await put('a2', 40)
    await branch('b1', 20)
    await put('b1-a', 50, 'b1')
    await put('b1-q', 60, 'b1')
    await branch('b2', 20)
    await put('b2-a', 70, 'b2')
    await branch('b3', 60, 'b1')
    const { dialogueId } = await put('b3-q', 80, 'b3')
    await branch('empty', 30)
    expect(told((await line(null)).messages)).toEqual(['q', 'a <trunk b1 b2>', 'q2', 'a2'])
    expect(told((await line('b1')).messages)).toEqual(['q', 'b1-a <trunk b1 b2>', 'b1-q <b1 b3>'])
    expect(told((await line('b2')).messages)).toEqual(['q', 'b2-a <trunk b1 b2>'])
    expect(told((await line('b3')).messages)).toEqual(['q', 'b1-a <trunk b1 b2>', 'b3-q <b1 b3>'])
    expect(told((await line('empty')).messages)).toEqual(['q', 'a <trunk b1 b2>'])
    // A page that begins at a fork knows of it, and of none before it.
    expect(told((await line('b1', 2)).messages)).toEqual(['b1-a <trunk b1 b2>', 'b1-q <b1 b3>'])
    expect(told((await line(null, 2)).messages)).toEqual(['q2', 'a2'])
    await handle.updateTable('dialogues').set({ branch_id: 'b3' }).where('id', '=', dialogueId).execute()
    expect(told((await line()).messages).at(-1)).toBe('b3-q <b1 b3>')
    await expect(line('none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('that replace the first message of a branch stand beside it', async () => {
    const { put, branch, line } = await ready(await open())
    await put('q', 10)
    await put('a', 20)
    await branch('b1', 20)
    await put('b1-a', 30, 'b1')
    await branch('b2', 30, 'b1')
    await put('b2-a', 40, 'b2')
    for (const [way, answer] of [
      [null, 'a'],
      ['b1', 'b1-a'],
      ['b2', 'b2-a'],
    ] as const)
      expect(told((await line(way)).messages)).toEqual(['q', `${answer} <trunk b1 b2>`])
  })

  it('of another dialogue are none of this one’s', async () => {
    const { open: openDialogue, put, branch, history, viewer } = await ready(await open())
    await put('q', 10)
    await branch('b1', 10)
    const { id } = await openDialogue({ ...thread, threadId: '999.9' })
    await expect(history.messages(viewer, id, { branchId: 'b1', limit: 5 })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
