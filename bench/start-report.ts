import { writeSection } from './performance-page.ts'
import { quantilesOf } from './quantiles.ts'
import type { Start } from './start-process.ts'
import { listVerdicts, type Verdict } from './verdict.ts'

export interface StartFigure extends Start {
  readonly kind: 'first' | 'later' | 'floor' | 'postgres'
}

const names: Readonly<Record<StartFigure['kind'], string>> = {
  first: 'embedded, first start',
  later: 'embedded, later start',
  floor: 'bare Node that opens the same cluster',
  postgres: 'on PostgreSQL, with Slack and Discord',
}

/** Promise A6, line by line. */
export function verdicts(figures: readonly StartFigure[]): readonly Verdict[] {
  const limits = [
    { kind: 'first', what: 'readyMs', limit: 6_000, unit: 'ms' },
    { kind: 'later', what: 'readyMs', limit: 3_000, unit: 'ms' },
    { kind: 'postgres', what: 'readyMs', limit: 3_000, unit: 'ms' },
    { kind: 'postgres', what: 'idleMb', limit: 150, unit: 'MB at rest' },
  ] as const
  return limits.map(({ kind, what, limit, unit }) => {
    const { median } = of(figures, kind, what)
    return {
      promise: `${names[kind]}: at most ${limit} ${unit}, ${median.toFixed(0)} found`,
      holds: median <= limit,
    }
  })
}

function of(figures: readonly StartFigure[], kind: StartFigure['kind'], what: keyof Start) {
  const values = figures.filter(figure => figure.kind === kind).map(figure => figure[what])
  return { ...quantilesOf(values), min: Math.min(...values) }
}

/** Writes what was measured last, where people read it. */
export function writeStartReport(figures: readonly StartFigure[]): void {
  const rows = (Object.keys(names) as StartFigure['kind'][]).map(kind => {
    const ready = of(figures, kind, 'readyMs')
    const cpu = of(figures, kind, 'cpuMs').median
    const memory = of(figures, kind, 'idleMb').median
    const range = `${seconds(ready.min)} to ${seconds(ready.max)}`
    return `| ${names[kind]} | ${seconds(ready.median)} | ${range} | ${seconds(cpu)} | ${memory.toFixed(0)} |`
  })
  writeSection(
    'start',
    `## Starting, and memory at rest

\`npm run bench:start -- --write\` wrote this section: \`npm start\` from the process's beginning until \`/readyz\` says 200,
each platform connected, five times each in turn, on a machine of two cores that whatever else runs there shares. The
embedded starts practise with the stand-ins in their own process; the one on PostgreSQL is connected to them from
outside. CPU is that of all threads until then, and says more than the clock on a busy machine. Memory is what is
resident fifteen seconds later, when what nobody waits for is done too.

${listVerdicts(verdicts(figures))}

| start | median, s | all, s | CPU, s | memory, MB |
|---|--:|--:|--:|--:|
${rows.join('\n')}
`,
  )
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2)
