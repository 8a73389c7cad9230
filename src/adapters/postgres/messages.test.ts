import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Database } from './database.ts'
import { newId } from './ids.ts'
import { ada, atMs, grace, linus, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

/** Beyond every position. */
const end = Number.MAX_SAFE_INTEGER

/** Every value of every text and jsonb column, as one text. */
async function everythingIn({ handle }: Database): Promise<string> {
  const tables = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public'`.execute(handle)
  const rows: unknown[] = []
  for (const { name } of tables.rows)
    rows.push(...(await sql`select to_jsonb(t) as row from ${sql.table(name)} t`.execute(handle)).rows)
  return JSON.stringify(rows)
}

onEveryEngine('messages', open => {
  it('are kept once for each of the platform’s ids, in the order they came', async () => {
    const { store } = await open()
    const { open: openDialogue } = playOn(store)
    const { id: dialogueId } = await openDialogue()
    const message = (ref: string) => ({
      dialogueId,
      author: ada,
      ref,
      text: ref,
      files: ['tide.csv'],
      sentAtMs: atMs,
    })
    const added = await Promise.all(['a', 'b', 'a', 'b', 'a'].map(ref => store.messages.append(message(ref))))
    expect(added.filter(Boolean)).toHaveLength(2)
    const said = await store.messages.before(dialogueId, end, 10)
    expect(new Set(said.map(({ ref }) => ref))).toEqual(new Set(['a', 'b']))
    expect(said[0]).toMatchObject({
      role: 'user',
      author: { name: 'Ada' },
      files: ['tide.csv'],
      version: 1,
      redacted: false,
      sentAtMs: atMs,
    })
    expect(said[0]).not.toHaveProperty('tokens')
  })

  it('said before Parley was asked stand before all others, each once', async () => {
    const { store } = await open()
    const { say } = playOn(store)
    const first = await say(ada, 'third')
    const past = (ref: string, byParley = false) => ({
      dialogueId: first.dialogueId,
      author: byParley ? linus : grace,
      ref,
      text: ref,
      files: [],
      sentAtMs: atMs,
      byParley,
    })
    await store.messages.prepend(first.dialogueId, [
      past('first'),
      past('second', true),
      past(first.ref ?? ''),
    ])
    await store.messages.prepend(first.dialogueId, [past('zeroth'), past('second', true)])
    const said = await store.messages.before(first.dialogueId, first.position + 1, 10)
    expect(said.map(message => [message.role, message.text, message.ref, message.author?.name])).toEqual([
      ['user', 'third', first.ref, 'Ada'],
      ['assistant', 'second', undefined, undefined],
      ['user', 'first', 'first', 'Grace'],
      ['user', 'zeroth', 'zeroth', 'Grace'],
    ])
  })

  it('that arrive late stand where they were said', async () => {
    const { store } = await open()
    const { open: openDialogue } = playOn(store)
    const { id: dialogueId } = await openDialogue()
    const said = (ref: string, sentAtMs: number) =>
      store.messages.append({ dialogueId, author: ada, ref, text: ref, files: [], sentAtMs })
    for (const [ref, seconds] of [
      ['second', 2],
      ['fourth', 4],
      ['first', 1],
      ['third', 3],
    ] as const) {
      await said(ref, atMs + seconds * 1_000)
    }
    const order = await store.messages.before(dialogueId, end, 10)
    expect(order.map(message => message.ref).toReversed()).toEqual(['first', 'second', 'third', 'fourth'])
  })

  it('are read backwards from a position, without empty answers', async () => {
    const { store } = await open()
    const { say, ask, begin } = playOn(store)
    const { dialogueId } = await ask(ada, '1')
    await begin()
    for (const text of ['2', '3', '4']) await say(grace, text)
    const newest = await store.messages.before(dialogueId, end, 2)
    expect(newest.map(message => message.text)).toEqual(['4', '3'])
    const older = await store.messages.before(dialogueId, newest.at(-1)?.position ?? 0, 10)
    expect(older.map(message => message.text)).toEqual(['2', '1'])
  })

  it('keep what the model is given of them, until they are edited', async () => {
    const { store } = await open()
    const { say } = playOn(store)
    const { id, dialogueId, ref = '' } = await say(ada, 'ask <@U-GRACE>')
    await store.messages.keepCounted(id, { text: 'ask @Grace', tokens: 7 })
    await store.messages.keepCounted(id, { text: 'ask @Somebody', tokens: 9 })
    const given = async () => (await store.messages.before(dialogueId, end, 1))[0]
    expect(await given()).toMatchObject({ text: 'ask @Grace', tokens: 7, version: 1 })
    expect((await store.messages.findByRef(place, ref))?.text).toBe('ask <@U-GRACE>')
    await store.messages.revise(id, 'ask her', ['notes.txt'], atMs)
    expect(await given()).toMatchObject({ text: 'ask her', files: ['notes.txt'], version: 2 })
    expect(await given()).not.toHaveProperty('tokens')
  })

  it('leave no trace of their text when they are redacted', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    await store.dialogues.open({ thread, direct: false, title: 'my pin is 1234', historyToRead: false })
    const turn = await ask(ada, 'my pin is 1234')
    const { brief, lease } = await begin()
    const [asked] = brief.asked
    if (!asked) throw new Error('Nothing was asked.')
    await store.messages.keepCounted(asked.id, { text: 'my pin is 1234', tokens: 5 })
    const call = { purpose: 'answer', startedAtMs: atMs, receipt, turnId: turn.id } as const
    const request = {
      model: 'm',
      maxTokens: 10,
      messages: [{ role: 'user', content: '<message>my pin is 1234</message>' }],
    } as const
    await store.modelCalls.begin({ ...call, id: newId(), request }, lease)
    await store.messages.revise(asked.id, 'my pin is not 1234', ['pin-1234.txt'], atMs)
    await store.messages.keepCounted(asked.id, { text: 'my pin is not 1234', tokens: 6 })
    expect(await everythingIn(database)).toContain('1234')
    await store.messages.redact(asked.id, atMs)
    expect(await everythingIn(database)).not.toContain('1234')
    expect((await store.dialogues.get(turn.dialogueId)).title).toBe('New dialogue')
    expect(await store.turns.askedIds(turn.id)).toEqual([])
    expect((await store.turns.begin(turn.id, lease))?.asked).toEqual([])
    expect(await store.messages.findByRef(place, asked.ref ?? '')).toMatchObject({ redacted: true, text: '' })
    await store.messages.revise(asked.id, 'my pin is 1234', [], atMs)
    await store.messages.keepCounted(asked.id, { text: 'my pin is 1234', tokens: 5 })
    expect(await everythingIn(database)).not.toContain('1234')
  })

  it('that came after a model was asked do not cost its request when they are redacted', async () => {
    const { store, database } = await open()
    const { ask, begin, say } = playOn(store)
    const turn = await ask(ada, 'when is low tide?')
    const { lease } = await begin()
    const request = {
      model: 'm',
      maxTokens: 10,
      messages: [{ role: 'user', content: 'when is low tide?' }],
    } as const
    await store.modelCalls.begin(
      { id: newId(), turnId: turn.id, purpose: 'answer', startedAtMs: atMs, receipt, request },
      lease,
    )
    const later = await say(grace, 'never mind')
    await store.messages.redact(later.id, atMs)
    const calls = await database.handle.selectFrom('model_calls').select('request').execute()
    expect(calls).toEqual([{ request: expect.objectContaining(request) }])
  })

  it('tell how many others have spoken', async () => {
    const { store } = await open()
    const { say } = playOn(store)
    const { dialogueId } = await say(ada, '1')
    expect(await store.messages.otherSpeakers(dialogueId, ada)).toBe(0)
    for (const author of [grace, grace, linus, ada]) await say(author, 'more')
    expect(await store.messages.otherSpeakers(dialogueId, ada)).toBe(2)
    expect(await store.messages.otherSpeakers(dialogueId, { ...ada, userId: 'U-HAL' })).toBe(3)
  })

  it('hold whatever people type', async () => {
    const { store } = await open()
    const { say } = playOn(store)
    const said = await say(
      { ...ada, name: 'A\0da' },
      'nul \0, half \uD83D, whole 😀, "quotes" \\ and {braces}',
    )
    expect(said.text).toBe('nul \uFFFD, half \uFFFD, whole 😀, "quotes" \\ and {braces}')
    expect(said.author?.name).toBe('A\uFFFDda')
  })
})

const receipt = {
  messages: { included: 1, summarised: 0, dropped: 0 },
  tokens: { instructions: 1, asked: 1, summary: 0, history: 0, reserved: 10, limit: 100 },
} as const
