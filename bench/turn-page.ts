import { saysHowBusy } from './machine.ts'
import { table } from './markdown-table.ts'
import { writeSection } from './performance-page.ts'
import { quantilesOf } from './quantiles.ts'
import type { Taken } from './turn-round.ts'

/** What one seat's turns took at one level. */
export interface SeatFigures {
  readonly rounds: Taken[][]
  readonly stages: Map<string, readonly number[]>
  memory?: {
    readonly turns: number
    readonly idleMb: number
    readonly heldMb: number
    /** Of the heap, garbage collected. */
    readonly perTurnKb: number
  }
}

export interface Level {
  readonly concurrent: number
  readonly seats: Map<string, SeatFigures>
}

export interface Figures {
  readonly levels: Level[]
  /** By seat; how long each event waited for its answer. */
  readonly acceptance: Map<string, readonly number[]>
  /** Whatever was not as it must be; the bench has failed then. */
  readonly wrong: string[]
}

const peer = 'chat with its Slack adapter'
const ours = 'Parley, Slack'

const measures = {
  'asked to model': 'toModel',
  'first word to first text': 'toFirstText',
  'asked to first text': 'saidToText',
  'last word to whole text': 'toLastText',
} as const

type Measure = (typeof measures)[keyof typeof measures]

const times = (rounds: readonly (readonly Taken[])[], measure: Measure) =>
  rounds.flat().flatMap(taken => taken[measure] ?? [])

const ms = (time: number) => (Number.isNaN(time) ? '' : time.toFixed(1))

/** Says what was measured, and keeps it where people read it when told to. */
export function reportTurns(figures: Figures, say: (line: string) => void, write: boolean): void {
  const parts = [
    ...figures.levels.flatMap(level => [
      `### ${level.concurrent} at once\n`,
      seatTable(level),
      ratios(level),
      stageTable(level),
    ]),
    acceptance(figures.acceptance),
    memory(figures.levels),
    figures.wrong.length === 0
      ? 'Nothing went wrong: every answer was whole and exactly what the model said, no call was refused.'
      : `**Wrong:** ${figures.wrong.slice(0, 20).join('; ')}`,
  ]
  const text = parts.filter(part => part !== '').join('\n\n')
  say(text)
  if (write) writeSection('turn', `## What Parley adds to a turn\n\n${about}\n\n${text}\n\n${saysHowBusy()}`)
}

const about = `\`npm run bench:turn\` asks each contestant in turn, round after round, through stand-ins of Slack and Discord and a
model that speaks 30 words at 60 a second. Each contestant is a process of its own with the platform's real SDK; Parley
stores everything in PostgreSQL 15, the others store nothing. The echo bots ask no model: they are the floor that the
platform's SDK sets. Slack delivers by HTTP, Discord by its gateway; limits of pace are off, because waiting for them is
measured by \`bench:pump\`. Times are milliseconds from outside, over every turn: median / p95 / most.`

function seatTable({ seats }: Level): string {
  const rows = [...seats].map(([name, { rounds }]) => [
    name,
    rounds.flat().length,
    ...Object.values(measures).map(measure => {
      const { median, p95, max } = quantilesOf(times(rounds, measure))
      return Number.isNaN(median) ? '' : `${ms(median)} / ${ms(p95)} / ${ms(max)}`
    }),
  ])
  return table(['who', 'turns', ...Object.keys(measures)], rows)
}

/** Round by round, because what slows one slows the one beside it too. */
function ratios({ seats }: Level): string {
  const [mine, theirs] = [seats.get(ours), seats.get(peer)]
  if (!mine || !theirs) return ''
  const each = mine.rounds.flatMap((round, at) => {
    const other = theirs.rounds[at]
    if (!other) return []
    const median = (taken: readonly Taken[]) => quantilesOf(times([taken], 'saidToText')).median
    return [median(round) / median(other)]
  })
  const { median, max } = quantilesOf(each)
  return `From the question to the first text Parley takes ×${median.toFixed(2)} of what the Chat SDK takes (rounds from ×${Math.min(...each).toFixed(2)} to ×${max.toFixed(2)}).`
}

function stageTable({ seats }: Level): string {
  const of = (name: string) => seats.get(name)?.stages ?? new Map<string, readonly number[]>()
  const [slack, discord] = [of(ours), of('Parley, Discord')]
  const cell = (stage: readonly number[] | undefined) => {
    const { median, p95 } = quantilesOf(stage ?? [])
    return `${ms(median)} / ${ms(p95)}`
  }
  const rows = [...slack.keys()].map(stage => [stage, cell(slack.get(stage)), cell(discord.get(stage))])
  return table(['stage, median / p95', 'Slack', 'Discord'], rows)
}

function acceptance(taken: Figures['acceptance']): string {
  const rows = [...taken].map(([name, waits]) => {
    const { median, p95, p99, max } = quantilesOf(waits)
    return [name, waits.length, ...[median, p95, p99, max].map(ms)]
  })
  const says = `A hundred signed Slack events a second in one channel, by turns to each, until the 2xx: Parley has stored the event by
then, bolt has not (promise A1: p99 ≤ 50 ms on a machine that is free).`
  return `${says}\n\n${table(['who', 'events', 'median', 'p95', 'p99', 'most'], rows)}`
}

function memory(levels: readonly Level[]): string {
  const rows = levels.flatMap(({ concurrent, seats }) =>
    [...seats].flatMap(([name, { memory: kept }]) =>
      kept
        ? [
            [
              `${name}, ${concurrent}`,
              kept.turns,
              kept.idleMb.toFixed(0),
              kept.heldMb.toFixed(0),
              kept.perTurnKb.toFixed(0),
            ],
          ]
        : [],
    ),
  )
  return table(
    ['turns held at their first word', 'held', 'idle, MB resident', 'held, MB resident', 'heap for each, kB'],
    rows,
  )
}
