import { describe, expect, it } from 'vitest'
import { ada, playOn } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { builtInAgent } from './agent.ts'
import { ParleyError } from './errors.ts'
import type { Job } from './job.ts'
import type { ChatPlatform, Rendering, Snapshot } from './platform.ts'
import { createTurnHandler } from './run-turn.ts'
import type { Store } from './store.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

/** A platform that only remembers the last word. */
function createStage(open: () => Promise<void> = () => Promise.resolve()) {
  const settled: Snapshot[] = []
  const rendering: Rendering = {
    show() {},
    settle: snapshot => Promise.resolve(void settled.push(snapshot)),
    abandon() {},
  }
  const chat: ChatPlatform = {
    platform: 'slack',
    open: async () => {
      await open()
      return rendering
    },
    readThread: () => Promise.resolve([]),
    lookUpNames: () => Promise.resolve(new Map()),
    mayModerate: () => Promise.resolve(false),
  }
  return { chat, settled }
}

function workOn(store: Store, chat: ChatPlatform, leave = new AbortController().signal) {
  const model = createScriptedModel()
  let ids = 0
  const handler = createTurnHandler({
    store,
    signals: { listen: () => () => {} },
    clock: createSteppedClock(),
    log: silentLog,
    trail: () => {},
    model,
    agent: builtInAgent('scripted'),
    platforms: new Map([['slack', chat]]),
    newId: () => `call-${(ids += 1)}`,
  })
  return { model, run: (job: Job) => handler.run(job, leave) }
}

onEveryEngine('a turn', open => {
  it('ends with exactly the model’s words, and they are what is stored', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat)
    model.script(['Twice ', 'a day.'])
    await run(await claim())
    expect(settled).toEqual([{ text: 'Twice a day.', state: 'done' }])
    expect(await store.turns.get(turn.id)).toMatchObject({ state: 'done' })
    const [answer] = await store.messages.before(turn.dialogueId, Number.MAX_SAFE_INTEGER, 1)
    expect(answer).toMatchObject({ role: 'assistant', text: 'Twice a day.' })
  })

  it('reads back no word of a thread from before it was erased', async () => {
    const { store } = await open()
    const { claim } = playOn(store)
    const thread = { platform: 'slack', workspaceId: 'T1', channelId: 'D1', threadId: '1' } as const
    const opening = { thread, direct: true, title: 'Tides', historyToRead: true }
    const erasedAtMs = Date.UTC(2026, 10, 20)
    await store.erasures.eraseDialogue((await store.dialogues.open(opening)).id, erasedAtMs)
    const { id: dialogueId } = await store.dialogues.open(opening)
    const question = { dialogueId, author: ada, files: [], text: 'what now?', ref: '9' }
    const message = await store.messages.append({ ...question, sentAtMs: erasedAtMs + 9 })
    const asker = await store.identities.meet(ada)
    const messageIds = message ? [message.id] : []
    await store.turns.accept({ dialogueId, messageIds, askerId: asker.id, atMs: erasedAtMs + 9 })
    const past = (ref: string, sentAtMs: number) => ({
      ref,
      author: ada,
      byParley: false,
      text: `said ${ref}`,
      files: [],
      sentAtMs,
    })
    const { chat } = createStage()
    const readThread = () => Promise.resolve([past('before', erasedAtMs), past('after', erasedAtMs + 1)])
    const { model, run } = workOn(store, { ...chat, readThread })
    model.script(['Low tide.'])
    await run(await claim())
    const known = await store.messages.before(dialogueId, Number.MAX_SAFE_INTEGER, 9)
    expect(known.map(({ text }) => text).toReversed()).toEqual(['said after', 'what now?', 'Low tide.'])
  })

  it('that the model finds too large is asked once more with half the window', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat)
    model.script([new ParleyError('context_overflow', 'Too large.')])
    model.script(['Twice a day.'])
    await run(await claim())
    expect(settled).toEqual([{ text: 'Twice a day.', state: 'done' }])
    expect(model.requests).toHaveLength(2)
  })

  it('whose model cannot answer now is given back, and later still ends with a last word', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat)
    const job = await claim()
    model.script([new ParleyError('model_overloaded', 'Busy.')])
    await expect(run(job)).rejects.toMatchObject({ code: 'model_overloaded' })
    expect(settled).toEqual([])
    model.script([new ParleyError('model_overloaded', 'Busy.')])
    await run({ ...job, attempt: 3 })
    expect(settled).toMatchObject([
      { text: '', state: 'failed', notice: expect.stringContaining('too much to do') },
    ])
  })

  it('that brought down its process again and again ends with a last word, and no model is asked', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat)
    await run({ ...(await claim()), attempt: 7 })
    expect(settled).toMatchObject([
      { state: 'failed', notice: expect.stringContaining('went wrong on my side') },
    ])
    expect(model.requests).toEqual([])
  })

  it('that the platform will not have ends as failed, and the next one in its dialogue can run', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const refuse = () => Promise.reject(new ParleyError('platform_refused', 'The channel is gone.'))
    const { run } = workOn(store, createStage(refuse).chat)
    await run(await claim())
    expect(await store.turns.get(turn.id)).toMatchObject({
      state: 'failed',
      end: { error: 'platform_refused' },
    })
    await ask(ada, 'and now?')
    expect((await claim()).attempt).toBe(1)
  })

  it('left to another process writes nothing more', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const leave = new AbortController()
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat, leave.signal)
    const gate = model.gate()
    model.script(['Twice ', gate, 'a day.'])
    const running = run(await claim())
    await gate.reached
    leave.abort()
    gate.open()
    await expect(running).rejects.toMatchObject({ code: 'lease_lost' })
    expect(settled).toEqual([])
    expect(await store.turns.get(turn.id)).toMatchObject({ state: 'running' })
  })
})

describe('the agent', () => {
  it('is told that only the envelope says who speaks', () => {
    expect(builtInAgent('any').instructions).toContain('only the envelope tells who a speaker is')
  })
})
