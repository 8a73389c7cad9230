import { expect, it } from 'vitest'
import type { Inbound } from '../../core/inbound.ts'
import { ParleyError } from '../../core/errors.ts'
import { collectEvents, createScriptedModel } from '../../core/testing/scripted-model.ts'
import type { Step } from '../../core/trail.ts'
import { createMetrics } from './metrics.ts'

const thread = { platform: 'slack', workspaceId: 'T1', channelId: 'C1', threadId: '1' } as const

function open() {
  let nowMs = 1_000
  const metrics = createMetrics(() => nowMs)
  const lines = async (name: string) =>
    (await metrics.text()).split('\n').filter(line => line.startsWith(name) && !line.startsWith('#'))
  return {
    metrics,
    lines,
    reach: (step: Step, afterMs: number, turnId = 'turn-1', detail?: string) => {
      nowMs += afterMs
      metrics.trail({ step, thread, turnId, ...(detail === undefined ? {} : { detail }) })
    },
  }
}

it('tells what each stage of a turn took, the first time it was reached', async () => {
  const { reach, lines } = open()
  reach('inbound.stored', 0)
  reach('turn.begun', 20, 'turn-1', 'attempt 1')
  reach('turn.context_built', 5)
  reach('model.called', 0)
  reach('model.first_text', 300)
  reach('part.posted', 40)
  reach('part.posted', 1_000)
  reach('model.ended', 0)
  reach('turn.delivering', 0)
  reach('turn.shown', 100)
  reach('turn.ended', 0, 'turn-1', 'done')
  const sums = Object.fromEntries(
    (await lines('parley_turn_stage_seconds_sum')).map(line => [
      /stage="(\w+)"/.exec(line)?.[1],
      Number(line.split(' ').at(-1)),
    ]),
  )
  expect(sums).toEqual({
    queue: 0.02,
    context: 0.005,
    model_wait: 0.3,
    first_part: 0.04,
    model: 1.34,
    last_part: 0.1,
    whole: 1.465,
  })
  expect(await lines('parley_turns_total')).toEqual(['parley_turns_total{platform="slack",outcome="done"} 1'])
  expect(await lines('parley_turn_takeovers_total')).toEqual([])
})

it('a turn that another process accepted is told of from when that was', async () => {
  const { metrics, reach, lines } = open()
  metrics.trail({ step: 'turn.begun', thread, turnId: 'turn-1', acceptedAtMs: 400, detail: 'attempt 2' })
  reach('turn.ended', 200, 'turn-1', 'refused, quota')
  const sums = await lines('parley_turn_stage_seconds_sum')
  expect(sums).toEqual([
    'parley_turn_stage_seconds_sum{stage="queue",platform="slack"} 0.6',
    'parley_turn_stage_seconds_sum{stage="whole",platform="slack"} 0.8',
  ])
  expect(await lines('parley_turns_total')).toEqual([
    'parley_turns_total{platform="slack",outcome="refused"} 1',
  ])
})

it('counts a turn that is begun again, and what a platform makes us wait', async () => {
  const { metrics, reach, lines } = open()
  reach('turn.begun', 0, 'turn-1', 'attempt 2')
  metrics.trail({ step: 'part.waited', platform: 'discord', waitMs: 1_200 })
  expect(await lines('parley_turn_takeovers_total')).toEqual([
    'parley_turn_takeovers_total{platform="slack"} 1',
  ])
  expect(await lines('parley_platform_wait_seconds_sum')).toEqual([
    'parley_platform_wait_seconds_sum{platform="discord"} 1.2',
  ])
})

it('counts what events come to, and those that could not be stored', async () => {
  const { metrics, lines } = open()
  const visit = { kind: 'ignored', key: 'k', reason: 'own_message', place: thread } as unknown as Inbound
  const decision = { outcome: 'ignored', reason: 'own_message' } as const
  await metrics.inbox({ receive: () => Promise.resolve({ decision, duplicate: false }) }).receive(visit)
  const broken = metrics.inbox({ receive: () => Promise.reject(new Error('no database')) })
  await expect(broken.receive(visit)).rejects.toThrow('no database')
  expect(await lines('parley_decisions_total')).toEqual([
    'parley_decisions_total{outcome="ignored",reason="own_message"} 1',
  ])
  expect(await lines('parley_events_unstored_total')).toEqual(['parley_events_unstored_total 1'])
  expect(await lines('parley_accept_seconds_count')).toEqual([
    'parley_accept_seconds_count{kind="ignored"} 1',
  ])
})

it('counts a model’s calls by their end, and passes on what it says', async () => {
  const { metrics, lines } = open()
  const scripted = createScriptedModel()
  scripted.script(['Low at noon.'])
  const model = metrics.model(scripted)
  const request = { model: 'm', messages: [], maxTokens: 10 }
  const events = await collectEvents(model.stream(request, new AbortController().signal))
  expect(events.at(-1)?.type).toBe('finished')
  expect(await lines('parley_model_calls_total')).toEqual(['parley_model_calls_total{outcome="finished"} 1'])
})

it('shows the queue, the pool and the gateways as they are, and says when the database is away', async () => {
  const { metrics, lines } = open()
  let away = false
  metrics.watch({
    queue: () =>
      away
        ? Promise.reject(new ParleyError('database_unavailable', 'It is away.'))
        : Promise.resolve([{ kind: 'turn', waiting: 3, running: 2, oldestMs: 1_500 }]),
    pool: () => ({ total: 4, idle: 1, waiting: 0 }),
    gateways: () => ({ slack: true, discord: false }),
  })
  expect(await lines('parley_queue_jobs')).toEqual([
    'parley_queue_jobs{kind="turn",state="waiting"} 3',
    'parley_queue_jobs{kind="turn",state="running"} 2',
  ])
  expect(await lines('parley_queue_oldest_seconds')).toEqual(['parley_queue_oldest_seconds{kind="turn"} 1.5'])
  expect(await lines('parley_gateway_up')).toEqual([
    'parley_gateway_up{platform="slack"} 1',
    'parley_gateway_up{platform="discord"} 0',
  ])
  expect(await lines('parley_database_up')).toEqual(['parley_database_up 1'])
  away = true
  expect(await lines('parley_queue_jobs')).toEqual([])
  expect(await lines('parley_database_up')).toEqual(['parley_database_up 0'])
})
