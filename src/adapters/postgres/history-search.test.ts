import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { HistoryFilter } from '../../core/history.ts'
import type { Viewer } from '../../core/member.ts'
import { indexAll } from './history.ts'
import { ada, atMs, grace, place, thread } from './testing/cast.ts'
import { onEveryEngine, type TestDatabase } from './testing/databases.ts'
import { readersOn, threadIn } from './testing/readers.ts'

const all = { limit: 100 }

async function ready(opened: TestDatabase) {
  const readers = readersOn(opened)
  const viewer = await readers.member('ada', ada)
  await readers.letRead(ada, place)
  const find = async (query: string, filter: HistoryFilter = {}, who: Viewer = viewer) =>
    (await readers.history.search(who, query, filter, all)).items
  const found = async (query: string, filter: HistoryFilter = {}) =>
    (await find(query, filter)).map(
      ({ title, snippet }) =>
        `${title}: ${snippet.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('')}`,
    )
  return { ...readers, viewer, find, found }
}

/** Of how common a word is, a database knows only after it has looked. */
const look = ({ database }: TestDatabase) => sql`analyze messages, dialogues`.execute(database.handle)

onEveryEngine('search', open => {
  it.each([
    ['tide', 'Low tide is at nine.', 'Low [tide] is at nine.'],
    ['TID', 'Low tide is at nine.', 'Low [tide] is at nine.'],
    ['nine low', 'Low tide is at nine.', '[Low] tide is at [nine].'],
    ['"low tide"', 'Low tide is at nine.', '[Low tide] is at nine.'],
    ['cafe', 'Un CAFÉ noir', 'Un [CAFÉ] noir'],
    ['прилив', 'Где ПРИЛИВ?', 'Где [ПРИЛИВ]?'],
    ['검색', '오늘의 검색을 보여 주세요', '오늘의 [검색]을 보여 주세요'],
    ['검', '오늘의 검색을 보여 주세요', '오늘의 [검]색을 보여 주세요'],
    ['주세요 오늘', '오늘의 검색을 보여 주세요', '[오늘]의 검색을 보여 [주세요]'],
    ['潮汐表', '今天的潮汐表在哪里？', '今天的[潮汐表]在哪里？'],
    ['タの流れ', 'データの流れを', 'デー[タの流れ]を'],
    ['error-42', 'It says error-42 again', 'It says [error-42] again'],
  ])('%s finds %s', async (query, text, shown) => {
    const { found, say } = await ready(await open())
    await say(grace, 'something else')
    await say(grace, text)
    expect(await found(query)).toEqual([`Tides: ${shown}`])
  })

  it.each([
    ['id', 'Low tide'],
    ['tid low', 'Low tide'],
    ['"tide low"', 'Low tide'],
    ['"low ti"', 'Low tide'],
    ['low sun', 'Low tide'],
    ['색검', '검색'],
    ['검어', '검색어'],
    ['"검색 결과"', '검색을 결과'],
    ['潮表', '潮汐表'],
    ['!?', 'Low tide!?'],
    ["' | !tide & :*", "o'clock"],
  ])('%s does not find %s', async (query, text) => {
    const { found, say } = await ready(await open())
    await say(grace, text)
    expect(await found(query)).toEqual([])
  })

  it('finds titles, answers, and each dialogue once, by its newest message', async () => {
    const { find, found, say, ask, answer, talk, history, viewer } = await ready(await open())
    const first = await say(grace, 'tide one')
    await say(grace, 'tide two')
    await say(grace, 'nothing')
    await ask(ada, 'when?', threadIn('C1', '2'))
    await answer('The tide comes twice.')
    const renamed = await talk('x', threadIn('C1', '3'))
    await say(ada, 'mine', threadIn('C1', '3'))
    await history.rename(viewer, renamed, 'About tide tables')
    expect(await found('tide')).toEqual([
      'About tide tables: ',
      'Tides: The [tide] comes twice.',
      'Tides: [tide] two',
    ])
    expect((await find('tide')).map(({ messageId }) => typeof messageId)).toEqual([
      'undefined',
      'string',
      'string',
    ])
    expect((await find('one'))[0]?.messageId).toBe(first.id)
  })

  it('is newest first in pages, whichever way it goes, and narrowed like a list', async () => {
    const opened = await open()
    const { history, find, open: begin, letRead, viewer } = await ready(opened)
    await letRead(ada, threadIn('C2', ''))
    // Hours, weeks and years ago; some said the word again later, and others something else.
    const ages = [
      [0],
      [1, 30],
      [5, 2],
      [70, 9_000],
      [900, 800, 30],
      [4_000],
      [20_000, 1],
      [26_000, 26_001],
      [40_000],
    ]
    const said: { readonly dialogueId: string; readonly atMs: number; readonly number: number }[] = []
    for (const [number, hours] of ages.entries()) {
      const dialogue = await begin(threadIn(number % 2 === 0 ? 'C1' : 'C2', `${number}`))
      for (const [at, ago] of [...hours, 50].entries()) {
        const sentAtMs = atMs - ago * 3_600_000 + number
        await opened.store.messages.append({
          dialogueId: dialogue.id,
          author: number < 3 ? ada : grace,
          ref: `${number}/${at}`,
          text: at === hours.length ? 'something else' : `common rare${number}`,
          files: [],
          sentAtMs,
        })
        if (at < hours.length) said.push({ dialogueId: dialogue.id, atMs: sentAtMs, number })
      }
    }
    const newestFirst = (keep: (one: (typeof said)[number]) => boolean) => [
      ...new Set(
        said
          .filter(keep)
          .toSorted((one, other) => other.atMs - one.atMs)
          .map(({ dialogueId }) => dialogueId),
      ),
    ]
    const ids = async (query: string, filter: HistoryFilter = {}) =>
      (await find(query, filter)).map(({ id }) => id)
    const weekAgo = atMs - 7 * 86_400_000
    for (const way of ['reading', 'by words', 'in all places']) {
      if (way === 'in all places')
        for (let channel = 0; channel < 80; channel += 1) await letRead(ada, threadIn(`E${channel}`, ''))
      if (way === 'by words') {
        // Thousands of copies in a place somebody reads by another name: too many to read, and what is found is the same.
        const dialogue = await begin(threadIn('C9', '1'))
        await letRead(ada, threadIn('C9', 'private'), { threadId: 'private' })
        await sql`
          insert into messages (id, dialogue_id, position, role, text, search, sent_at)
          select 'copy ' || copy, ${dialogue.id}, 1000000 + copy, 'assistant', 'common', '''common'':1',
            ${new Date(atMs)}::timestamptz - copy * interval '1 minute'
          from generate_series(1, 12000) as copy`.execute(opened.database.handle)
        await look(opened)
      }
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await history.search(viewer, 'commo', {}, { limit: 2, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect({ way, seen }).toEqual({ way, seen: newestFirst(() => true) })
      expect(await ids('common')).toEqual(newestFirst(() => true))
      expect(await ids('common', { channelId: 'C2' })).toEqual(newestFirst(({ number }) => number % 2 === 1))
      expect(await ids('common', { mine: true })).toEqual(newestFirst(({ number }) => number < 3))
      expect(await ids('common', { toMs: weekAgo })).toEqual(newestFirst(({ atMs }) => atMs < weekAgo))
      expect(await ids('common', { fromMs: weekAgo })).toEqual(newestFirst(({ atMs }) => atMs >= weekAgo))
      expect(await ids('common rare4')).toEqual(newestFirst(({ number }) => number === 4))
      expect(await ids('common', { personId: 'nobody' })).toEqual([])
    }
    const rubbish = history.search(viewer, 'x', {}, { limit: 10, cursor: 'rubbish' })
    await expect(rubbish).rejects.toMatchObject({ code: 'invalid' })
  })

  it('finds in every place that may be read, and no other, also where it became theirs later', async () => {
    const opened = await open()
    const { find, talk, letRead, webDialogue, invite, breakGlass, member, say, viewer } = await ready(opened)
    const inThread = threadIn('C5', '1')
    await talk('tide in the channel', threadIn('C1', '1'))
    await talk('tide elsewhere', threadIn('C7', '1'))
    await talk('tide of others', threadIn('D7', '1'), { direct: true })
    await talk('tide of mine', threadIn('D1', '1'), { direct: true, author: ada })
    await opened.store.dialogues.open({
      thread: inThread,
      direct: false,
      title: 'tide in a private thread',
      historyToRead: false,
      privateThread: true,
    })
    await say(grace, 'tide', inThread)
    const titles = async () => (await find('tide')).map(({ title }) => title).toSorted()
    expect(await titles()).toEqual(['tide in the channel', 'tide of mine'])
    await letRead(ada, inThread)
    await letRead(ada, inThread, { threadId: '1' })
    const host = await member('grace')
    await invite(await webDialogue(host, 'tide among friends'), viewer)
    await webDialogue(viewer, 'tide on the web')
    await breakGlass(await talk('tide behind glass', threadIn('D8', '1'), { direct: true }), viewer)
    expect(await titles()).toEqual([
      'tide among friends',
      'tide behind glass',
      'tide in a private thread',
      'tide in the channel',
      'tide of mine',
      'tide on the web',
    ])
  })
})

onEveryEngine('what is erased or changed', open => {
  it('is found no more, and what it became is', async () => {
    const opened = await open()
    const { found, say, ask, begin, answer } = await ready(opened)
    const { store } = opened
    const said = await say(grace, 'the canary sings')
    await store.messages.revise(said.id, 'the parrot talks', [], atMs)
    expect(await found('canary')).toEqual([])
    expect(await found('parrot')).toEqual(['Tides: the [parrot] talks'])
    await store.messages.redact(said.id, atMs)
    expect(await found('parrot')).toEqual([])
    const turn = await ask(ada, 'which bird?')
    await answer('A canary.')
    expect(await found('canary')).toEqual(['Tides: A [canary].'])
    await store.turns.accept({
      dialogueId: turn.dialogueId,
      messageIds: [],
      askerId: turn.asker.id,
      atMs,
      answerId: turn.answerId,
    })
    const { brief, lease } = await begin()
    await store.turns.deliver(brief.turn.id, lease, { end: 'done', text: 'A parrot.', tokens: 2 })
    expect(await found('canary')).toEqual([])
    expect(await found('parrot')).toEqual(['Tides: A [parrot].'])
  })

  it('is found no more in a title that came from it', async () => {
    const opened = await open()
    const { found, talk } = await ready(opened)
    await talk('my canary', thread)
    const message = await opened.database.handle.selectFrom('messages').select('id').executeTakeFirstOrThrow()
    await opened.store.messages.redact(message.id, atMs)
    expect(await found('canary')).toEqual([])
    expect(await everyWordIn(opened)).not.toContain('canary')
  })

  it('is found no more whoever erases it, whether or not they think of the search', async () => {
    const opened = await open()
    const { found, talk } = await ready(opened)
    const id = await talk('canary', thread)
    const { handle } = opened.database
    await handle.updateTable('messages').set({ text: '' }).where('dialogue_id', '=', id).execute()
    await handle.updateTable('dialogues').set({ title: 'parrot' }).where('id', '=', id).execute()
    expect(await everyWordIn(opened)).toBe('')
    expect(await found('canary')).toEqual([])
    expect(await found('parrot')).toEqual(['parrot: '])
    await handle.deleteFrom('dialogues').where('id', '=', id).execute()
    expect(await found('parrot')).toEqual([])
  })

  it('does not matter to what was written before there was a search: it is made findable', async () => {
    const opened = await open()
    const { found, talk, say } = await ready(opened)
    await talk('canary', thread)
    for (let number = 0; number < 450; number += 1) await say(grace, `bird ${number}`)
    await sql`update messages set search = null`.execute(opened.database.handle)
    await sql`update dialogues set search = null`.execute(opened.database.handle)
    expect(await indexAll(opened.database)).toBe(452)
    expect(await indexAll(opened.database)).toBe(0)
    expect(await found('bird 449')).toEqual(['canary: [bird] [449]'])
    expect(await found('canary')).toEqual(['canary: [canary]'])
  }, 60_000)

  it('holds texts of any size', async () => {
    const { found, say } = await ready(await open())
    await say(grace, Array.from({ length: 60_000 }, (_, number) => `word${number} 말${number}`).join(' '))
    await say(grace, `needle ${'x'.repeat(300_000)} ${'가나다'.repeat(50_000)}`)
    expect(await found('needle')).toHaveLength(1)
    expect(await found('word0')).toHaveLength(1)
    expect(await found('나다가나')).toHaveLength(1)
  })
})

async function everyWordIn({ database }: TestDatabase): Promise<string> {
  const { rows } = await sql<{ words: string | null }>`
    select search::text as words from messages union all select search::text from dialogues`.execute(
    database.handle,
  )
  return rows.map(({ words }) => words ?? '').join('')
}
