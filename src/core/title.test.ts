import { describe, expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { playOn } from '../adapters/postgres/testing/cast.ts'
import { builtInAgent } from './agent.ts'
import { oneAgent } from './testing/one-agent.ts'
import { ParleyError } from './errors.ts'
import type { Author } from './identity.ts'
import type { Store } from './store.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'
import type { ThreadRef } from './thread.ts'
import { createTitleHandler, titleIn, titleJob, titleJobKind, wantsTitle } from './title.ts'

const ada: Author = { platform: 'web', realm: 'web', userId: 'ada', name: 'Ada' }
const webThread: ThreadRef = { platform: 'web', workspaceId: 'web', channelId: 'd1', threadId: 'd1' }

/** A first answer in a web Dialogue, and the job that it leaves behind. */
async function answered(store: Store, practice = false) {
  const { ask, answer } = playOn(store)
  const turn = await ask(ada, 'how often is high tide in Brest?', webThread)
  await answer('Twice a day.')
  const dialogue = await store.dialogues.get(turn.dialogueId)
  expect(wantsTitle(dialogue, turn)).toBe(true)
  await store.jobs.enqueue(titleJob(turn))
  const model = createScriptedModel()
  const handler = createTitleHandler({
    store,
    model: { ...model, practice },
    agents: oneAgent(store, builtInAgent('scripted')),
    clock: createSteppedClock(),
    log: silentLog,
    newId: () => 'call-of-title',
  })
  const run = async () => {
    const [job] = await store.jobs.claim([titleJobKind], 30_000)
    if (job) await handler.run(job, new AbortController().signal)
  }
  const title = async () => (await store.dialogues.get(dialogue.id)).title
  return { turn, dialogue, model, run, title }
}

onEveryEngine('the title of a web dialogue', open => {
  it('is bettered by the model after the first answer, and the call is on record', async () => {
    const { store, database } = await open()
    const { model, run, title } = await answered(store)
    model.script(['**"High tide in Brest"**\n'])
    await run()
    expect(await title()).toBe('High tide in Brest')
    const asked = JSON.stringify(model.requests[0]?.messages)
    expect(asked).toContain('how often is high tide')
    expect(asked).toContain('Twice a day.')
    const calls = await database.handle.selectFrom('model_calls').select(['purpose', 'error']).execute()
    expect(calls).toEqual([{ purpose: 'title', error: null }])
  })

  it('stays as a person gave it, even one who was quicker than the model', async () => {
    const { store } = await open()
    const { turn, dialogue, model, run, title } = await answered(store)
    const gate = model.gate()
    model.script([gate, 'High tide'])
    const running = run()
    await gate.reached
    await store.dialogues.change(dialogue.id, { title: { text: 'My sea', by: 'hand' } })
    gate.open()
    await running
    expect(await title()).toBe('My sea')
    expect(wantsTitle(await store.dialogues.get(dialogue.id), turn)).toBe(false)
  })

  it('stays as it was when the model fails', async () => {
    const { store } = await open()
    const { model, run, title } = await answered(store)
    const before = await title()
    model.script([new ParleyError('model_unreachable', 'Away.')])
    await run()
    expect(await title()).toBe(before)
  })

  it('is not asked of the practice model', async () => {
    const { store } = await open()
    const { model, run } = await answered(store, true)
    await run()
    expect(model.requests).toEqual([])
  })
})

describe('what a model wrote as a title', () => {
  it.each([
    ['High tide in Brest', 'High tide in Brest'],
    ['Title: "High tide in Brest."', 'High tide in Brest'],
    ['\n# **High tide in Brest**\nIt is about tides.', 'High tide in Brest'],
    ['제목: 브레스트의 만조', '브레스트의 만조'],
    ['“C# and F#”', 'C# and F#'],
  ])('%j is read as %j', (written, title) => {
    expect(titleIn(written)).toBe(title)
  })

  it('that says nothing is none', () => {
    expect(titleIn(' \n"" ')).toBeUndefined()
  })
})
