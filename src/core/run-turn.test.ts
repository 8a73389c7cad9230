import { describe, expect, it } from 'vitest'
import { ada, playOn } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { builtInAgent } from './agent.ts'
import { oneAgent } from './testing/one-agent.ts'
import { ParleyError } from './errors.ts'
import type { Job } from './job.ts'
import { type ChatPlatform, noRendering, type Rendering, type Snapshot } from './platform.ts'
import type { PolicyLevel } from './policy.ts'
import { createTurnHandler } from './run-turn.ts'
import type { Store } from './store.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

/** A platform that only remembers the last word. */
function createStage(open: () => Promise<void> = () => Promise.resolve()) {
  const settled: Snapshot[] = []
  const rendering: Rendering = {
    ...noRendering,
    settle: snapshot => Promise.resolve(void settled.push(snapshot)),
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
    agents: oneAgent(store, builtInAgent('scripted')),
    platforms: new Map([['slack', chat]]),
    live: { show() {}, letGo() {} },
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

  it('is let go in the middle of being shown as soon as its job is another’s', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const lost = new AbortController()
    const showing = Promise.withResolvers<void>()
    const { chat } = createStage()
    const settle = () => {
      setImmediate(() => lost.abort())
      return showing.promise
    }
    const abandon = () => {
      showing.reject(new ParleyError('lease_lost', 'Another process shows this answer.'))
      return Promise.resolve()
    }
    const stuck = { ...chat, open: () => Promise.resolve({ ...noRendering, settle, abandon }) }
    const { model, run } = workOn(store, stuck, lost.signal)
    model.script(['Twice a day.'])
    await expect(run(await claim())).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await store.turns.get(turn.id)).toMatchObject({ state: 'delivering' })
  })

  it('carries what its asker wants of every answer, and nobody else’s wishes', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const { chat } = createStage()
    const { model, run } = workOn(store, chat)
    for (const [id, instructions] of [
      ['m-ada', 'Answer in haiku.'],
      ['m-grace', 'Answer in shouts.'],
    ] as const) {
      await store.members.add({ id, username: id, nickname: id })
      await store.members.change(id, { settings: { instructions } })
    }
    await store.members.link(turn.asker.id, 'm-ada', 0)
    model.script(['Twice a day.'])
    await run(await claim())
    const system = model.requests[0]?.messages[0]?.content ?? ''
    expect(system).toMatch(/^You are Parley[^]*haiku\.$/)
    expect(system).not.toContain('shouts')
  })

  it('says so when the model stopped at its length limit', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const { chat, settled } = createStage()
    const { model, run } = workOn(store, chat)
    model.script(['Twice a'], { finishReason: 'length' })
    await run(await claim())
    expect(settled).toEqual([
      { text: 'Twice a', state: 'done', notice: expect.stringContaining('length limit') },
    ])
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

onEveryEngine('a turn under a policy', open => {
  const workspace = { platform: 'slack', workspaceId: 'T1' } as const
  const guestsOut: PolicyLevel = { access: [{ effect: 'deny', who: { kind: 'role', role: 'slack:guest' } }] }

  async function asked(store: Store, level: PolicyLevel, rolesOf?: ChatPlatform['rolesOf']) {
    const { ask, claim } = playOn(store)
    await store.policies.set({ workspace }, level)
    const turn = await ask(ada, 'how often?')
    const stage = createStage()
    const chat = { ...stage.chat, ...(rolesOf ? { rolesOf } : {}) }
    return { turn, settled: stage.settled, job: await claim(), ...workOn(store, chat) }
  }

  it('answers who is of no denied role', async () => {
    const { store } = await open()
    const { model, run, job, settled } = await asked(store, guestsOut, () => Promise.resolve(['slack:admin']))
    model.script(['Twice a day.'])
    await run(job)
    expect(settled).toEqual([{ text: 'Twice a day.', state: 'done' }])
  })

  it('asks for nobody’s roles where none are named', async () => {
    const { store } = await open()
    const unread = () => Promise.reject(new Error('nobody needs them'))
    const { model, run, job, settled } = await asked(store, { answerMode: 'all' }, unread)
    model.script(['Still.'])
    await run(job)
    expect(settled).toEqual([{ text: 'Still.', state: 'done' }])
  })

  it.each([
    ['who is of a denied role', () => Promise.resolve(['slack:guest']), 'not_allowed'],
    [
      'whose roles cannot be read',
      () => Promise.reject(new ParleyError('platform_refused', 'No.')),
      'roles_unread',
    ],
  ] as const)(
    'refuses %s: no model is asked, nothing is shown, they are told alone',
    async (_who, roles, reason) => {
      const { store } = await open()
      const { turn, model, run, job, settled } = await asked(store, guestsOut, roles)
      await run(job)
      expect([model.requests, settled]).toEqual([[], []])
      expect(await store.turns.get(turn.id)).toMatchObject({ state: 'failed', end: { error: reason } })
      const [whisper] = await store.jobs.claim(['whisper'], 1_000)
      expect(whisper?.payload).toMatchObject({ word: 'refused', reason, identityId: turn.asker.id })
    },
  )

  it('is tried again while the platform is away, and then refuses', async () => {
    const { store } = await open()
    const away = () => Promise.reject(new ParleyError('platform_unavailable', 'Away.'))
    const { turn, run, job } = await asked(store, guestsOut, away)
    await expect(run(job)).rejects.toMatchObject({ code: 'platform_unavailable' })
    await run({ ...job, attempt: 3 })
    expect((await store.turns.get(turn.id)).end).toMatchObject({ error: 'roles_unread' })
  })

  it('withholds an answer with a word of the list, which nobody saw meanwhile', async () => {
    const { store } = await open()
    const moderation = { words: ['heron'], checks: 'answers' } as const
    const { turn, model, run, job, settled } = await asked(store, { moderation })
    model.script(['It is a ', 'heron.'])
    await run(job)
    expect(settled).toEqual([{ text: '', state: 'failed', notice: expect.stringContaining('did not pass') }])
    const [answer] = await store.messages.before(turn.dialogueId, Number.MAX_SAFE_INTEGER, 1)
    expect(answer?.text).not.toContain('heron')
  })

  it('asks a model about question and answer, and shows what it passes', async () => {
    const { store } = await open()
    const moderation = { words: [], model: 'guard', checks: 'both' } as const
    const { model, run, job, settled } = await asked(store, { moderation })
    for (const said of ['PASS', 'Twice a day.', 'PASS']) model.script([said])
    await run(job)
    expect(settled).toEqual([{ text: 'Twice a day.', state: 'done' }])
    expect(model.requests.map(request => request.model)).toEqual(['guard', 'scripted', 'guard'])
    expect(model.requests[2]?.messages.at(-1)?.content).toContain('Twice a day.')
  })

  it('asks no further where a model blocks the question', async () => {
    const { store } = await open()
    const moderation = { words: [], model: 'guard', checks: 'questions' } as const
    const { model, run, job, settled } = await asked(store, { moderation })
    model.script(['BLOCK'])
    await run(job)
    expect(settled).toMatchObject([{ text: '', state: 'failed' }])
    expect(model.requests).toHaveLength(1)
  })

  it('answers in the language of the place', async () => {
    const { store } = await open()
    const { model, run, job } = await asked(store, { language: 'ko' })
    model.script(['하루에 두 번입니다.'])
    await run(job)
    expect(model.requests[0]?.messages[0]?.content).toMatch(
      /Answer in Korean, whatever language is asked in\.$/,
    )
  })
})
