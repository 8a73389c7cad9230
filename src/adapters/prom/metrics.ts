import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ParleyError } from '../../core/errors.ts'
import type { Inbox } from '../../core/inbox.ts'
import type { LanguageModel } from '../../core/model.ts'
import type { Trail, TrailEntry } from '../../core/trail.ts'
import { createTurnStages } from './turn-stages.ts'

/** What is looked up when somebody asks, and not counted as it happens. */
export interface Watched {
  queue(): Promise<
    readonly {
      readonly kind: string
      readonly waiting: number
      readonly running: number
      readonly oldestMs: number
    }[]
  >
  /** Connections to the database; undefined where there is no pool. */
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number } | undefined
  gateways(): Readonly<Record<string, boolean>>
}

/** What Prometheus reads of this process. Labels are closed lists: no id, name or text of anybody is among them. */
export interface Metrics {
  readonly contentType: string
  /** The Prometheus text of everything. What cannot be looked up now is left out. */
  text(): Promise<string>
  readonly trail: Trail
  inbox(inbox: Inbox): Inbox
  model<Model extends LanguageModel>(model: Model): Model
  /** From when these can be asked. */
  watch(watched: Watched): void
}

/** From what nobody notices to what nobody waits for. */
const buckets = [0.005, 0.015, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

export function createMetrics(nowMs: () => number): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const turns = new Counter({
    name: 'parley_turns_total',
    help: 'Turns that ended on this process: done, stopped, failed, refused.',
    labelNames: ['platform', 'outcome'],
    registers,
  })
  const takeovers = new Counter({
    name: 'parley_turn_takeovers_total',
    help: 'Turns begun again: their process died or was stopped, or an attempt failed.',
    labelNames: ['platform'],
    registers,
  })
  const stages = new Histogram({
    name: 'parley_turn_stage_seconds',
    help: 'What a turn’s time went into.',
    labelNames: ['stage', 'platform'],
    buckets,
    registers,
  })
  const waits = new Histogram({
    name: 'parley_platform_wait_seconds',
    help: 'How long a call to a platform was held back to stay within its limits.',
    labelNames: ['platform'],
    buckets,
    registers,
  })
  const stagesOf = createTurnStages(nowMs, (stage, platform, ms) =>
    stages.observe({ stage, platform }, ms / 1000),
  )
  const looked = createLooked(registers)
  return {
    contentType: register.contentType,
    async text() {
      await looked.look()
      return register.metrics()
    },
    trail(entry) {
      stagesOf(entry)
      const platform = entry.thread?.platform ?? entry.platform ?? 'unknown'
      if (entry.step === 'turn.ended') turns.inc({ platform, outcome: outcomeOf(entry) })
      if (entry.step === 'turn.begun' && entry.detail !== 'attempt 1') takeovers.inc({ platform })
      if (entry.waitMs !== undefined) waits.observe({ platform }, entry.waitMs / 1000)
    },
    inbox: inboxCounter(registers, nowMs),
    model: modelCounter(registers),
    watch: watched => looked.watch(watched),
  }
}

/** A refusal tells its reason behind a comma; decisions are counted by that. */
function outcomeOf({ detail = 'unknown' }: TrailEntry): string {
  return detail.split(',')[0] ?? detail
}

function inboxCounter(registers: Registry[], nowMs: () => number): (inbox: Inbox) => Inbox {
  const accepted = new Histogram({
    name: 'parley_accept_seconds',
    help: 'From an event’s arrival to its row, before the platform is told.',
    labelNames: ['kind'],
    buckets,
    registers,
  })
  const decisions = new Counter({
    name: 'parley_decisions_total',
    help: 'Why events were answered, ignored or refused.',
    labelNames: ['outcome', 'reason'],
    registers,
  })
  const unstored = new Counter({
    name: 'parley_events_unstored_total',
    help: 'Events that could not be stored; the platform was told to send them again.',
    registers,
  })
  return inbox => ({
    async receive(inbound) {
      const startedAtMs = nowMs()
      try {
        const received = await inbox.receive(inbound)
        accepted.observe({ kind: inbound.kind }, (nowMs() - startedAtMs) / 1000)
        const { outcome, reason } = received.decision
        decisions.inc({ outcome, reason })
        return received
      } catch (thrown) {
        unstored.inc()
        throw thrown
      }
    },
  })
}

function modelCounter(registers: Registry[]): <Model extends LanguageModel>(model: Model) => Model {
  const calls = new Counter({
    name: 'parley_model_calls_total',
    help: 'Requests to models, by how they ended: finished, or an error’s code.',
    labelNames: ['outcome'],
    registers,
  })
  const tokens = new Counter({
    name: 'parley_model_tokens_total',
    help: 'Tokens as providers counted them.',
    labelNames: ['direction'],
    registers,
  })
  return model => ({
    ...model,
    async *stream(request, signal) {
      let outcome = 'left'
      try {
        for await (const event of model.stream(request, signal)) {
          if (event.type !== 'text') {
            outcome = event.type === 'failed' ? event.error.code : 'finished'
            const { usage } = event.response
            if (usage) {
              tokens.inc({ direction: 'input' }, usage.inputTokens)
              tokens.inc({ direction: 'output' }, usage.outputTokens)
            }
          }
          yield event
        }
      } finally {
        calls.inc({ outcome })
      }
    },
  })
}

/** Gauges of what is asked for at each look. */
function createLooked(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge<Label>({ name, help, labelNames: [...labelNames], registers })
  const jobs = gauge('parley_queue_jobs', 'Jobs in the queue.', ['kind', 'state'])
  const oldest = gauge('parley_queue_oldest_seconds', 'How long the oldest job that could run waits.', [
    'kind',
  ])
  const pool = gauge('parley_database_connections', 'Connections of this process, and who waits for one.', [
    'state',
  ])
  const up = gauge(
    'parley_gateway_up',
    '1 while a platform’s gateway is connected; Discord’s is held by one process, and 0 on the others.',
    ['platform'],
  )
  const databaseUp = gauge('parley_database_up', '1 while the database answers.', [])
  let watched: Watched | undefined
  return {
    watch(now: Watched) {
      watched = now
    },
    async look() {
      for (const one of [jobs, oldest, pool, up]) one.reset()
      if (!watched) return
      for (const [platform, isUp] of Object.entries(watched.gateways())) up.set({ platform }, isUp ? 1 : 0)
      for (const [state, count] of Object.entries(watched.pool() ?? {})) pool.set({ state }, count)
      try {
        for (const { kind, waiting, running, oldestMs } of await watched.queue()) {
          jobs.set({ kind, state: 'waiting' }, waiting)
          jobs.set({ kind, state: 'running' }, running)
          oldest.set({ kind }, oldestMs / 1000)
        }
        databaseUp.set(1)
      } catch (thrown) {
        if (!(thrown instanceof ParleyError) || thrown.code !== 'database_unavailable') throw thrown
        databaseUp.set(0)
      }
    },
  }
}
