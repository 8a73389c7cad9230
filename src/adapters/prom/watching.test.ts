import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ParleyError } from '../../core/errors.ts'
import type { Inbound } from '../../core/inbound.ts'
import { turnJobKind } from '../../core/run-turn.ts'
import { collectEvents, createScriptedModel } from '../../core/testing/scripted-model.ts'
import type { Step } from '../../core/trail.ts'
import { turnStages } from '../../core/turn-stages.ts'
import { createMetrics, type Metrics } from './metrics.ts'

/** The dashboard and the alerts ask for what there is: metrics, labels and their values, as Parley tells them. */

const docs = join(import.meta.dirname, '../../../docs')
const read = (file: string) => readFileSync(join(docs, file), 'utf8')

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets: readonly { readonly expr: string }[]
  }[]
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
const dashboard: Dashboard = JSON.parse(read('grafana.json'))
const alerts = (parse(read('alerts.yaml')) as Rules).groups.flatMap(({ rules }) => rules)
const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
]

interface Known {
  readonly type: string
  readonly labels: Map<string, Set<string>>
}
const known = await tellEverything()

describe('what is asked of the metrics', () => {
  it.each(expressions)('%s: %s', (_, expr) => {
    expect(problemsOf(expr)).toEqual([])
  })

  it('is found out where it is wrong', () => {
    expect(problemsOf('rate(parley_turn_total[5m])')).toEqual(['parley_turn_total is not there'])
    expect(problemsOf('sum by (outcom) (rate(parley_turns_total{outcome="lost"}[5m]))')).toEqual([
      'outcom is no label',
      'outcome is never lost',
    ])
    expect(problemsOf('parley_turns_total > 1')).toEqual(['parley_turns_total is to be looked at by rate()'])
    expect(problemsOf('rate(parley_queue_jobs[5m])')).toEqual(['parley_queue_jobs has no rate()'])
    expect(problemsOf('sum(rate(parley_turns_total[5m])')).toEqual(['its brackets do not match'])
  })
})

it('each alert has its line in operate.md, and none is there that is no alert', () => {
  const told = [...read('operate.md').matchAll(/^\| `(Parley\w+)` \|/gm)].map(([, name]) => name)
  expect(told).toEqual(alerts.map(({ alert }) => alert))
})

/** Not PromQL's grammar: names, labels and what each may be used for. */
function problemsOf(expr: string): readonly string[] {
  const problems = balanced(expr) ? [] : ['its brackets do not match']
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/))
  const asked = [...expr.replaceAll(/\bby \([^)]*\)/g, '').matchAll(selector)].filter(
    ([, name = '']) => !words.has(name),
  )
  const labels = new Set(asked.flatMap(([, name = '']) => [...(knownAs(name)?.labels.keys() ?? [])]))
  for (const label of grouped)
    if (!labels.has(label) && !ofEverything.has(label)) problems.push(`${label} is no label`)
  for (const [, name = '', matchers = '', range] of asked) {
    const metric = knownAs(name)
    if (!metric) problems.push(`${name} is not there`)
    else problems.push(...misused(name, metric, range !== undefined), ...unmatched(metric, matchers))
  }
  return problems
}

const selector = /([a-z_][a-z0-9_]*)\b(?!\()(?:\{([^}]*)\})?(\[\w+\])?/g
/** Where `by` stood between them and their bracket. */
const words = new Set(['sum', 'min', 'max'])
/** What Prometheus itself adds. */
const ofEverything = new Set(['instance', 'job', 'le'])

function knownAs(name: string): Known | undefined {
  if (name === 'up') return { type: 'gauge', labels: new Map([['job', new Set(['parley'])]]) }
  const whole = known.get(name.replace(/_bucket$/, ''))
  return name.endsWith('_bucket') && whole?.type !== 'histogram' ? undefined : whole
}

function misused(name: string, { type }: Known, isRanged: boolean): readonly string[] {
  if (type !== 'gauge' && !isRanged) return [`${name} is to be looked at by rate()`]
  return type === 'gauge' && isRanged && !overTime.has(name) ? [`${name} has no rate()`] : []
}
/** Gauges that are looked at over a while, by other functions than rate(). */
const overTime = new Set(['parley_database_connections'])

function unmatched({ labels }: Known, matchers: string): readonly string[] {
  return [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].flatMap(
    ([, label = '', values = '']) => {
      const there = labels.get(label)
      if (!there) return [`${label} is no label`]
      return values
        .split('|')
        .filter(value => !there.has(value))
        .map(value => `${label} is never ${value}`)
    },
  )
}

function balanced(expr: string): boolean {
  let open = 0
  for (const sign of expr.replaceAll(/"[^"]*"/g, '')) {
    if (sign === '(') open += 1
    if (sign === ')') open -= 1
    if (open < 0) return false
  }
  return open === 0
}

/** All metrics, after everything that they tell of has happened. */
async function tellEverything(): Promise<ReadonlyMap<string, Known>> {
  const metrics = createMetrics(() => 0)
  const thread = { platform: 'slack', workspaceId: 'T1', channelId: 'C1', threadId: '1' } as const
  const reach = (turnId: string, step: Step, detail?: string) =>
    metrics.trail({ step, thread, turnId, ...(detail === undefined ? {} : { detail }) })
  for (const step of new Set(Object.values(turnStages).flat())) reach('T1', step, 'done')
  for (const end of ['stopped', 'failed', 'refused, quota']) reach('T2', 'turn.ended', end)
  reach('T3', 'turn.begun', 'attempt 2')
  metrics.trail({ step: 'part.waited', platform: 'discord', waitMs: 1 })
  const decision = { outcome: 'answered', reason: 'mention' } as const
  const inbox = metrics.inbox({ receive: () => Promise.resolve({ decision, duplicate: false }) })
  await inbox.receive({ kind: 'message' } as Inbound)
  await callModels(metrics)
  metrics.watch({
    queue: () => Promise.resolve([{ kind: turnJobKind, waiting: 1, running: 1, oldestMs: 1 }]),
    pool: () => ({ total: 1, idle: 1, waiting: 0 }),
    gateways: () => ({ slack: true, discord: true }),
  })
  return readText(await metrics.text())
}

async function callModels(metrics: Metrics): Promise<void> {
  const scripted = createScriptedModel()
  scripted.script(['Low at noon.'])
  scripted.script([new ParleyError('aborted', 'It was stopped.')])
  scripted.script(['Low ', 'at noon.'])
  const model = metrics.model(scripted)
  const request = { model: 'm', messages: [], maxTokens: 10 }
  const stream = () => model.stream(request, new AbortController().signal)
  await collectEvents(stream())
  await collectEvents(stream())
  for await (const event of stream()) if (event.type === 'text') break
}

function readText(text: string): ReadonlyMap<string, Known> {
  const found = new Map<string, Known>()
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)/gm))
    found.set(name, { type, labels: new Map() })
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} /gm)) {
    const metric = found.get(name) ?? found.get(name.replace(/_(bucket|sum|count)$/, ''))
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      metric?.labels.set(label, (metric.labels.get(label) ?? new Set()).add(value))
  }
  return found
}
