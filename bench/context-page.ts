import { saysHowBusy } from './machine.ts'
import { table } from './markdown-table.ts'
import { writeSection } from './performance-page.ts'
import type { Quantiles } from './quantiles.ts'

export interface ContextFigure {
  readonly room: string
  readonly size: number
  readonly times: Quantiles
  readonly rows: number
  readonly statements: number
  /** Messages that the model is given, the question among them. */
  readonly included: number
}

/** What one text of 200 kB that means harm keeps everything else waiting, in milliseconds. */
export interface HostileFigure {
  readonly name: string
  readonly countMs: number
  readonly cutMs: number
  readonly windowMs: number
}

const mostMs = 5
const mostRatio = 1.3
const mostStallMs = 50
const page = 50

/** Says what was measured; gives what is broken. */
export function reportContext(
  figures: readonly ContextFigure[],
  hostile: readonly HostileFigure[],
  say: (line: string) => void,
  write: boolean,
): readonly string[] {
  const rows = figures.map(({ room, size, times, rows: read, statements, included }) => {
    const shortest = figures.find(figure => figure.room === room)?.times.median ?? Number.NaN
    return [
      `${room}, ${size.toLocaleString('en-US')}`,
      included,
      read,
      statements,
      times.median.toFixed(2),
      times.p95.toFixed(2),
      `×${(times.median / shortest).toFixed(2)}`,
    ]
  })
  const broken = brokenOf(figures, hostile)
  const text = [
    table(
      [
        'room, messages of the dialogue',
        'given',
        'rows read',
        'statements',
        'median, ms',
        'p95, ms',
        'beside 100',
      ],
      rows,
    ),
    table(
      ['200 kB of', 'counting, ms', 'cutting to 4,000 tokens, ms', 'the whole window, ms'],
      hostile.map(({ name, countMs, cutMs, windowMs }) => [
        name,
        countMs.toFixed(1),
        cutMs.toFixed(1),
        windowMs.toFixed(1),
      ]),
    ),
    broken.length === 0 ? 'Promise A4 holds in this run.' : `**Broken in this run:** ${broken.join('; ')}.`,
  ].join('\n\n')
  say(text)
  if (write) writeSection('context', `## What a model is given\n\n${about}\n\n${text}\n\n${saysHowBusy()}`)
  return broken
}

const about = `\`npm run bench:context\` builds the window of dialogues that differ in length alone, in turn, again and again, from
PostgreSQL 15: every message was counted when it came, so only the question is. The first agent has room for fewer messages
than the shortest dialogue holds, which shows what the length of the rest costs; the built-in one has 64,000 tokens. The
texts below are one message of 200 kB each; nothing else runs in the process meanwhile, so their times are how long
everything else waits: of the processor, because others take turns with it here.`

function brokenOf(figures: readonly ContextFigure[], hostile: readonly HostileFigure[]): readonly string[] {
  const narrow = figures.filter(({ room }) => room === figures[0]?.room)
  const [shortest, long] = [narrow[0], narrow.find(({ size }) => size === 10_000)]
  const ratio = (long?.times.median ?? Number.NaN) / (shortest?.times.median ?? Number.NaN)
  return [
    ...(long && long.times.p95 > mostMs
      ? [`10,000 messages: p95 ${long.times.p95.toFixed(1)} ms, more than ${mostMs}`]
      : []),
    ...(ratio > mostRatio
      ? [`10,000 messages take ×${ratio.toFixed(2)} of 100, more than ×${mostRatio}`]
      : []),
    ...figures
      .filter(({ rows, included }) => rows > included + page)
      .map(({ room, size }) => `${room}, ${size}: more rows read than fit and a page`),
    ...hostile
      .filter(({ countMs, cutMs, windowMs }) => Math.max(countMs, cutMs, windowMs) > mostStallMs)
      .map(({ name }) => `200 kB of ${name} stall more than ${mostStallMs} ms`),
  ]
}
