import { expect, it } from 'vitest'
import { ada, playOn } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { builtInAgent } from './agent.ts'
import { ParleyError } from './errors.ts'
import type { Job } from './job.ts'
import type { Log } from './log.ts'
import { oneAgent } from './testing/one-agent.ts'
import { type ChatPlatform, noRendering } from './platform.ts'
import { createTurnHandler } from './run-turn.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'
import type { TrailEntry } from './trail.ts'
import type { JobHandler } from './worker.ts'

const gone = new ParleyError('platform_unavailable', 'It cannot be reached.')
const never = new AbortController().signal

onEveryEngine('the time of a turn', open => {
  it('is told in the log, by what it went into', async () => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const clock = createSteppedClock(turn.acceptedAtMs + 200)
    const chat: ChatPlatform = {
      platform: 'slack',
      open: async () => {
        await clock.advance(7)
        return {
          ...noRendering,
          settle: () => clock.advance(30),
        }
      },
      readThread: () => Promise.resolve([]),
      lookUpNames: () => Promise.resolve(new Map()),
      mayModerate: () => Promise.resolve(false),
    }
    const told: unknown[] = []
    const log: Log = { ...silentLog, info: fields => void told.push(fields), with: () => log }
    const model = createScriptedModel()
    const handler = createTurnHandler({
      store,
      signals: { listen: () => () => {} },
      clock,
      log,
      trail: () => {},
      model,
      agents: oneAgent(store, builtInAgent('scripted')),
      platforms: new Map([['slack', chat]]),
      live: { show() {}, letGo() {} },
      newId: () => 'call-1',
    })
    const [first, last] = [model.gate(), model.gate()]
    model.script([first, 'Twice ', last, 'a day.'])
    const running = handler.run(await claim(), new AbortController().signal)
    await first.reached
    await clock.advance(400)
    first.open()
    await last.reached
    await clock.advance(1_000)
    last.open()
    await running
    const times = { queuedMs: 200, contextMs: 7, firstTextMs: 400, modelMs: 1_400, showingMs: 30 }
    expect(told).toEqual([{ outcome: 'done', attempt: 1, ...times, durationMs: 1_437 }])
  })

  it.each([
    ['is given up', (handler: JobHandler, job: Job) => handler.giveUp?.(job, gone)],
    ['has nowhere to be shown', (handler: JobHandler, job: Job) => handler.run(job, never)],
  ])('a turn that %s is told of as failed', async (_, end) => {
    const { store } = await open()
    const { ask, claim } = playOn(store)
    const { id, dialogueId, acceptedAtMs } = await ask(ada, 'how often?')
    const { thread } = await store.dialogues.get(dialogueId)
    const told: TrailEntry[] = []
    const handler = createTurnHandler({
      store,
      signals: { listen: () => () => {} },
      clock: createSteppedClock(acceptedAtMs),
      log: silentLog,
      trail: entry => void told.push(entry),
      model: createScriptedModel(),
      agents: oneAgent(store, builtInAgent('scripted')),
      platforms: new Map(),
      live: { show() {}, letGo() {} },
      newId: () => 'call-1',
    })
    await end(handler, await claim())
    expect(told).toEqual([{ step: 'turn.ended', thread, turnId: id, detail: 'failed' }])
  })
})
