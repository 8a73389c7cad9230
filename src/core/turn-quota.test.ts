import { expect, it } from 'vitest'
import { ada, atMs, place, playOn } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { type Agent, type Agents, builtInAgent } from './agent.ts'
import { ParleyError } from './errors.ts'
import type { Job } from './job.ts'
import { type ChatPlatform, noRendering, type Snapshot } from './platform.ts'
import type { QuotaRule } from './quota.ts'
import { createTurnHandler } from './run-turn.ts'
import { settleCalls, tidyQuotas } from './spent.ts'
import type { Store } from './store.ts'
import type { UsageRow } from './usage-report.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'

const clever = { ...builtInAgent('clever'), id: 'clever', maxTokens: 100 }
const cheap = { ...clever, id: 'cheap', model: 'cheap' }
const agents: Agents = {
  forAnswer: () => Promise.resolve<Agent>(clever),
  byId: id => Promise.resolve([clever, cheap].find(agent => agent.id === id)),
  choices: () => Promise.resolve({ agents: [], usual: clever.id }),
}

const aDay = (change: Partial<QuotaRule> = {}) => ({
  scope: 'member' as const,
  subject: '*',
  unit: 'requests' as const,
  period: 'day' as const,
  limit: 2,
  soft: false,
  ...change,
})

const usage = { inputTokens: 70, cachedInputTokens: 20, outputTokens: 9, totalTokens: 79 }

function workOn(store: Store, leave = new AbortController().signal, name = 'call') {
  const model = createScriptedModel()
  const settled: Snapshot[] = []
  const chat: ChatPlatform = {
    platform: 'slack',
    open: () =>
      Promise.resolve({
        ...noRendering,
        settle: snapshot => Promise.resolve(void settled.push(snapshot)),
      }),
    readThread: () => Promise.resolve([]),
    lookUpNames: () => Promise.resolve(new Map()),
    mayModerate: () => Promise.resolve(false),
  }
  let ids = 0
  const handler = createTurnHandler({
    store,
    signals: { listen: () => () => {} },
    clock: { nowMs: () => atMs, sleep: () => Promise.resolve() },
    log: silentLog,
    trail: () => {},
    model,
    agents,
    platforms: new Map([['slack', chat]]),
    live: { show() {}, letGo() {} },
    newId: () => `${name}-${(ids += 1)}`,
    publicUrl: 'https://parley.example/',
  })
  return { model, settled, run: (job: Job) => handler.run(job, leave) }
}

/** A process that loses this job while the model answers. */
async function dieAtWork(store: Store, job: Job): Promise<void> {
  const leaving = new AbortController()
  const { model, run } = workOn(store, leaving.signal)
  const gate = model.gate()
  model.script([gate])
  const running = run(job)
  await gate.reached
  leaving.abort()
  gate.open()
  await expect(running).rejects.toMatchObject({ code: 'lease_lost' })
}

async function standing(store: Store, askerId: string) {
  const [first] = await store.quotas.standing({ askerId, thread: place, atMs })
  return { used: first?.used, held: first?.held }
}

async function usages(store: Store): Promise<readonly UsageRow[]> {
  const rows: UsageRow[] = []
  for await (const row of store.usageReports.rows({ fromMs: 0, toMs: atMs + 86_400_000 })) rows.push(row)
  return rows
}

onEveryEngine('a turn under a quota', open => {
  it('is charged to its asker what the provider counted, as one request', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay()])
    await store.prices.set({ model: 'clever', inputMicros: 1e6, outputMicros: 2e6, sinceMs: 0 })
    const { ask, claim } = playOn(store)
    const { asker } = await ask(ada, 'how often?')
    const { model, run } = workOn(store)
    model.script(['Twice a day.'], { usage })
    await run(await claim())
    expect(await standing(store, asker.id)).toEqual({ used: 1, held: 0 })
    expect(await usages(store)).toEqual([
      {
        callId: 'call-1',
        atMs,
        platform: 'slack',
        workspaceId: 'T1',
        channelId: 'C1',
        identityId: asker.id,
        personName: 'Ada',
        agentId: 'clever',
        model: 'clever',
        purpose: 'answer',
        requests: 1,
        inputTokens: 70,
        cachedInputTokens: 20,
        outputTokens: 9,
        costMicros: 88,
        estimated: false,
      },
    ])
  })

  it('that has no allowance is refused in a sentence: which limit, how much, until when, whom to ask', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 1 })])
    await store.settings.changeInstallation({ timeZone: 'America/New_York' })
    const { ask, claim } = playOn(store)
    const { model, settled, run } = workOn(store)
    await ask(ada, 'how often?')
    await run(await claim())
    const second = await ask(ada, 'and when?')
    await run(await claim())
    expect(model.requests).toHaveLength(1)
    expect(settled.at(-1)).toEqual({
      text: '',
      state: 'failed',
      notice:
        'Your limit of 1 question for today is used up (1 question used); it begins anew on Sunday 22 November at 00:00 (America/New_York). ' +
        `[Ask an admin for more](https://parley.example/more?turn=${second.id}).`,
    })
    expect(await store.turns.get(second.id)).toMatchObject({
      state: 'failed',
      end: { error: 'quota_exceeded', refusal: { limit: 1, used: 1 } },
    })
    expect(await standing(store, second.asker.id)).toEqual({ used: 1, held: 0 })
  })

  it('tells the time of the person who asked where they said one', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 0 })])
    const { ask, claim } = playOn(store)
    const { asker } = await ask(ada, 'how often?')
    await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    await store.members.change('m-ada', { settings: { timeZone: 'Asia/Seoul' } })
    await store.members.link(asker.id, 'm-ada', atMs)
    const { settled, run } = workOn(store)
    await run(await claim())
    expect(settled[0]?.notice).toContain('on Sunday 22 November at 09:00 (Asia/Seoul)')
  })

  it('gives back what was held when no model was reached, and is one request when it is tried again', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay()])
    const { ask, claim } = playOn(store)
    const { asker } = await ask(ada, 'how often?')
    const { model, run } = workOn(store)
    model.script([new ParleyError('model_unreachable', 'Nobody there.')])
    const job = await claim()
    await expect(run(job)).rejects.toMatchObject({ code: 'model_unreachable' })
    expect(await standing(store, asker.id)).toEqual({ used: 0, held: 0 })
    model.script(['Twice a day.'], { usage })
    await run(job)
    expect(await standing(store, asker.id)).toEqual({ used: 1, held: 0 })
  })

  it('counts itself, and says so, where the provider never told', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay()])
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const { model, run } = workOn(store)
    model.script(['Twice ', new ParleyError('model_malformed', 'It broke.')], { usage: null })
    await run(await claim())
    const [call] = await usages(store)
    expect(call).toMatchObject({ requests: 1, estimated: true, outputTokens: 3 })
    expect(call?.inputTokens).toBeGreaterThan(100)
    expect(call?.costMicros).toBeUndefined()
  })

  it('goes on with what a process that died had reserved, and charges what that one asked', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 1 })])
    const { ask, claim } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const leaving = new AbortController()
    const first = workOn(store, leaving.signal)
    const gate = first.model.gate()
    first.model.script(['Twice ', gate, 'a day.'], { usage })
    const job = await claim()
    const running = first.run(job)
    await gate.reached
    expect(await standing(store, turn.asker.id)).toEqual({ used: 0, held: 1 })
    leaving.abort()
    gate.open()
    await expect(running).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await standing(store, turn.asker.id)).toEqual({ used: 0, held: 1 })
    const next = workOn(store, undefined, 'later')
    next.model.script(['Twice a day.'], { usage })
    await next.run(job)
    expect(await standing(store, turn.asker.id)).toEqual({ used: 1, held: 0 })
    const calls = (await usages(store)).map(({ callId, requests, estimated, outputTokens }) => ({
      callId,
      requests,
      estimated,
      outputTokens,
    }))
    expect(calls).toEqual([
      { callId: 'call-1', requests: 1, estimated: true, outputTokens: 0 },
      { callId: 'later-1', requests: 0, estimated: false, outputTokens: 9 },
    ])
  })

  it('steps down to a cheaper agent beyond a soft limit, and warns once', async () => {
    const { store, database } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 1, soft: true, stepDownTo: 'cheap' })])
    const { ask, claim } = playOn(store)
    const { model, run } = workOn(store)
    for (const question of ['how often?', 'and when?', 'and where?']) {
      await ask(ada, question)
      await run(await claim())
    }
    expect(model.requests.map(request => request.model)).toEqual(['clever', 'cheap', 'cheap'])
    expect((await usages(store)).map(({ agentId }) => agentId)).toEqual(['clever', 'cheap', 'cheap'])
    const told = await database.handle
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'tell')
      .execute()
    expect(told.map(({ payload }) => payload)).toMatchObject([{ news: 'quota', limit: 1, used: 1 }])
  })

  it('that may not be answered any more once its process has died holds nothing', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 5 })])
    const { ask, claim } = playOn(store)
    const { asker } = await ask(ada, 'how often?')
    const job = await claim()
    await dieAtWork(store, job)
    const rule = { effect: 'deny', who: { kind: 'everybody' } } as const
    await store.policies.set({}, { access: [rule] })
    await workOn(store, undefined, 'later').run(job)
    expect(await standing(store, asker.id)).toEqual({ used: 1, held: 0 })
  })

  it('that stepped down stays with the cheaper agent when its process dies', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 0, soft: true, stepDownTo: 'cheap' })])
    const { ask, claim } = playOn(store)
    await ask(ada, 'how often?')
    const job = await claim()
    await dieAtWork(store, job)
    const next = workOn(store, undefined, 'later')
    await next.run(job)
    expect(next.model.requests.map(request => request.model)).toEqual(['cheap'])
  })

  it('is answered in the language of the place by the cheaper agent too', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay({ limit: 0, soft: true, stepDownTo: 'cheap' })])
    await store.policies.set({}, { language: 'ko' })
    const { ask, claim } = playOn(store)
    const { model, run } = workOn(store)
    await ask(ada, 'how often?')
    await run(await claim())
    const [request] = model.requests
    expect(request?.model).toBe('cheap')
    expect(request?.messages[0]?.content).toContain('Answer in Korean')
  })

  it('left nothing behind when nobody came back to it: the sweep ends what is held', async () => {
    const { store } = await open()
    await store.quotaRules.replace(undefined, [aDay()])
    const { id } = await store.identities.meet(ada)
    const claim = {
      askerId: id,
      thread: place,
      model: 'm',
      estimate: { inputTokens: 1, outputTokens: 1 },
      atMs,
    }
    await store.quotas.reserve({ ...claim, reservationId: 'gone' })
    const { ask } = playOn(store)
    const waiting = await ask(ada, 'how often?')
    await store.quotas.reserve({ ...claim, reservationId: waiting.id })
    await tidyQuotas(store, atMs + 60_000)
    expect(await standing(store, id)).toEqual({ used: 0, held: 2 })
    await tidyQuotas(store, atMs + 20 * 60_000)
    expect(await standing(store, id)).toEqual({ used: 0, held: 1 })
    await settleCalls(store, { turnId: waiting.id })
    expect(await standing(store, id)).toEqual({ used: 0, held: 0 })
  })
})
