import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { LiveEvent } from '../../core/live.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { Snapshot } from '../../core/platform.ts'
import type { Turn } from '../../core/turn.ts'
import type { Database } from './database.ts'
import { createLive, type LiveFeed } from './live.ts'
import { createStore } from './store.ts'
import { ada, grace, playOn } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'

const opened: LiveFeed[] = []

function liveOn(database: Database): LiveFeed {
  const live = createLive({ database, clock: systemClock, log: silentLog })
  opened.push(live)
  return live
}

afterEach(() => {
  for (const live of opened.splice(0)) live.close()
})

const answerOf = (turn: Turn, text: string, state: Snapshot['state'] = 'streaming') => ({
  dialogueId: turn.dialogueId,
  turnId: turn.id,
  messageId: turn.answerId,
  snapshot: { text, state },
})

/** Watches, and gives the texts seen so far, and how often something stored changed. */
function watching(live: LiveFeed, dialogueId: string) {
  const texts: string[] = []
  let changes = 0
  const leave = live.watch(dialogueId, (event: LiveEvent) => {
    if (event.type === 'answer') texts.push(event.answer.snapshot.text)
    else changes += 1
  })
  return { texts, leave, changes: () => changes }
}

onEveryEngine('a dialogue that is watched', open => {
  it('shows every state of an answer at once, first the newest of what is under way', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    const turn = await ask(ada, 'how often?')
    await begin()
    const live = liveOn(database)
    live.show(answerOf(turn, 'Twi'))
    const seen = watching(live, turn.dialogueId)
    live.show(answerOf(turn, 'Twice'))
    live.show(answerOf(turn, 'Twice a day.', 'done'))
    expect(seen.texts).toEqual(['Twi', 'Twice', 'Twice a day.'])
    seen.leave()
    live.show(answerOf(turn, 'more'))
    expect(seen.texts).toHaveLength(3)
    expect(watching(live, 'another').texts).toEqual([])
  })

  it('tells of whatever is stored', async () => {
    const { store, database } = await open()
    const { ask, answer, say } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const seen = watching(liveOn(database), turn.dialogueId)
    const changed = async (act: () => Promise<unknown>) => {
      const before = seen.changes()
      await act()
      await expect.poll(seen.changes).toBeGreaterThan(before)
    }
    await changed(() => answer())
    await changed(() => say(grace, 'and in winter?'))
    await changed(() => store.dialogues.change(turn.dialogueId, { title: { text: 'Tides', by: 'hand' } }))
    await changed(() => store.branches.switchTo(turn.dialogueId, undefined))
  })
})

onPostgres('a dialogue that is watched from another process', open => {
  const eventually = { timeout: 10_000, interval: 20 }

  it('shows the answer as it is written, and one who comes late what there is', async () => {
    const { store, database, another } = await open()
    const { ask, begin } = playOn(store)
    const turn = await ask(ada, 'how often?')
    await begin()
    const here = liveOn(database)
    const there = liveOn(await another())
    const seen = watching(there, turn.dialogueId)
    here.show(answerOf(turn, '', 'thinking'))
    await expect.poll(() => seen.texts, eventually).toContain('')
    let text = ''
    for (const word of ['Twice ', 'a ', 'day.']) {
      text += word
      here.show(answerOf(turn, text))
      const soFar = text
      await expect.poll(() => seen.texts.at(-1), eventually).toBe(soFar)
    }
    const late = watching(liveOn(await another()), turn.dialogueId)
    await expect.poll(() => late.texts, eventually).toEqual(['Twice a day.'])
  })

  it('goes on when another process takes the turn over, and nothing is left of what was under way', async () => {
    const { store, database, another } = await open()
    const { ask, begin } = playOn(store)
    const turn = await ask(ada, 'how often?')
    await begin(0)
    const first = liveOn(database)
    const seen = watching(liveOn(await another()), turn.dialogueId)
    await expect
      .poll(() => {
        first.show(answerOf(turn, 'Twi'))
        return seen.texts.at(-1)
      }, eventually)
      .toBe('Twi')
    first.letGo(turn.id)
    const successor = await another()
    const second = liveOn(successor)
    const { lease } = await playOn(createStore(successor)).begin()
    second.show(answerOf(turn, '', 'thinking'))
    second.show(answerOf(turn, 'Twice'))
    await expect.poll(() => seen.texts.at(-1), eventually).toBe('Twice')
    await createStore(successor).turns.deliver(turn.id, lease, { end: 'done', text: 'Twice.', tokens: 1 })
    second.show(answerOf(turn, 'Twice.', 'done'))
    const rows = () => database.handle.selectFrom('live_answers').selectAll().execute()
    await expect.poll(rows, eventually).toEqual([])
    second.show(answerOf(turn, 'too late'))
    second.show(answerOf(turn, 'too late', 'done'))
    expect(await rows()).toEqual([])
  })

  it('costs nothing while nobody watches but the word that it began', async () => {
    const { store, database } = await open()
    const { ask, begin } = playOn(store)
    const turn = await ask(ada, 'how often?')
    await begin()
    const live = liveOn(database)
    live.show(answerOf(turn, '', 'thinking'))
    const written = async () =>
      (await database.handle.selectFrom('live_answers').select('text').execute()).map(row => row.text)
    await expect.poll(written, eventually).toEqual([''])
    live.show(answerOf(turn, 'Twice'))
    // Somebody who watches is what makes it be written at last.
    expect(await written()).toEqual([''])
    watching(liveOn(database), turn.dialogueId)
    await expect.poll(written, eventually).toEqual(['Twice'])
  })
})
