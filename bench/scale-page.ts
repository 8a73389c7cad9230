import { availableParallelism } from 'node:os'
import { saysHowBusy } from './machine.ts'
import { table } from './markdown-table.ts'
import { writeSection } from './performance-page.ts'

/** What so many processes did, and what each turn took of everything. */
export interface ScaleFigure {
  readonly processes: number
  readonly turnsPerSecond: number
  /** For each turn, by text. */
  readonly statements: ReadonlyMap<string, number>
  readonly rows: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly parleyMs: number
  readonly databaseMs: number
  /** Both stand-ins and this bench itself. */
  readonly standInsMs: number
  /** Processors that were busy with all of this, on average. */
  readonly busy: number
}

const total = (figure: ScaleFigure) => [...figure.statements.values()].reduce((sum, count) => sum + count, 0)

export function reportScale(
  figures: readonly ScaleFigure[],
  wrong: readonly string[],
  say: (line: string) => void,
  write: boolean,
): void {
  const [one] = figures
  if (!one) return
  const rows = figures.map(figure => [
    figure.processes,
    figure.turnsPerSecond.toFixed(1),
    `×${(figure.turnsPerSecond / one.turnsPerSecond).toFixed(2)}`,
    total(figure).toFixed(1),
    figure.rows.toFixed(1),
    (figure.sentBytes / 1_024).toFixed(1),
    (figure.receivedBytes / 1_024).toFixed(1),
    figure.parleyMs.toFixed(1),
    figure.databaseMs.toFixed(1),
    figure.standInsMs.toFixed(1),
    figure.busy.toFixed(2),
  ])
  const head = ['processes', 'turns/s', 'of one', 'statements a turn', 'rows', 'kB sent', 'kB received']
  const costs = ['Parley, CPU ms', 'PostgreSQL, CPU ms', 'stand-ins, CPU ms', 'processors busy']
  const text = [
    table([...head, ...costs], rows),
    limitOf(figures, one),
    wrong.length === 0 ? 'Nothing went wrong.' : `**Wrong:** ${wrong.join('; ')}`,
  ].join('\n\n')
  say(text)
  if (process.argv.includes('--statements')) for (const line of statementLines(one)) say(line)
  if (write) writeSection('scale', `## Turns a second\n\n${about}\n\n${text}\n\n${saysHowBusy()}`)
}

const about = `\`npm run bench:scale\` keeps 24 questions open on Slack (Socket Mode), each in a thread of its own, answered at once by
the model, with 1, 2 and 4 Parley processes on one PostgreSQL 15. Statements are counted where they leave Parley, a
transaction's begin and commit among them; a turn is everything from the two events that Slack sends for a mention, and
the two that it sends for the answer, to the title of the new dialogue.`

function limitOf(figures: readonly ScaleFigure[], one: ScaleFigure): string {
  const best = figures.reduce((most, figure) => (figure.busy > most.busy ? figure : most))
  const cores = availableParallelism()
  const had = `${best.busy.toFixed(1)} of ${cores} processors were busy with this bench at ${best.processes} processes`
  const limit =
    best.busy / cores > 0.8
      ? `The limit here is the processors: ${had}.`
      : `No more than ${had}; if the machine was busy, others had the rest, and what more processes bring is not to be told from this curve.`
  const each = `With one process a turn takes ${one.parleyMs.toFixed(0)} ms of Parley's processor time and ${one.databaseMs.toFixed(0)} ms of PostgreSQL's`
  return `${limit} ${each}: a processor of each carries about ${(1_000 / one.parleyMs).toFixed(0)} and ${(1_000 / one.databaseMs).toFixed(0)} turns a second.`
}

function statementLines({ statements }: ScaleFigure): readonly string[] {
  return [...statements]
    .toSorted((a, b) => b[1] - a[1])
    .filter(([, count]) => count >= 0.05)
    .map(([text, count]) => `${count.toFixed(2).padStart(7)}  ${text.replaceAll(/\s+/g, ' ').slice(0, 230)}`)
}
