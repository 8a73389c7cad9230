import { saysHowBusy } from './machine.ts'
import { table } from './markdown-table.ts'
import { writeSection } from './performance-page.ts'
import { quantilesOf } from './quantiles.ts'

/** So many answers at once on one platform. */
export interface PumpFigure {
  readonly platform: string
  readonly count: number
  readonly staleMs: readonly number[]
  readonly updates: readonly number[]
  /** From the model's first word to the first text, from its end to the whole one. */
  readonly firstMs: readonly number[]
  readonly finalMs: readonly number[]
}

export function reportPump(
  figures: readonly PumpFigure[],
  wrong: readonly string[],
  say: (line: string) => void,
  write: boolean,
): void {
  const seconds = (times: readonly number[]) => {
    const { median, p95, max } = quantilesOf(times)
    return [median, p95, max].map(time => (time / 1_000).toFixed(1)).join(' / ')
  }
  const rows = figures.map(({ platform, count, staleMs, updates, firstMs, finalMs }) => {
    const [fewest, most] = [Math.min(...updates), Math.max(...updates)]
    return [
      `${platform}, ${count}`,
      seconds(firstMs),
      seconds(staleMs),
      seconds(finalMs),
      `${fewest} to ${most}`,
      `×${(most / Math.max(1, fewest)).toFixed(2)}`,
    ]
  })
  const head = [
    'answers at once',
    'first text, s',
    'staleness, s',
    'whole text, s',
    'updates seen',
    'most by fewest',
  ]
  const text = [
    table(head, rows),
    wrong.length === 0
      ? 'No call was refused (no 429), and every answer was whole and exactly what the model said.'
      : `**Wrong:** ${wrong.slice(0, 20).join('; ')}`,
  ].join('\n\n')
  say(text)
  if (write)
    writeSection('pump', `## Answers under the platforms’ pace\n\n${about}\n\n${text}\n\n${saysHowBusy()}`)
}

const about = `\`npm run bench:pump\` has the model speak 600 words in 20 seconds in so many threads of one workspace at once, on Slack and
Discord at the same time, all of them from one moment on, with the stand-ins holding to the pace that the platforms allow and answering 429 beyond it.
Seconds, median / p95 / most. *First text* is from the model's first word, *whole text* from its end; *staleness* is how
old the oldest word is that people do not see yet, looked at four times a second in every thread while the model speaks;
*updates* are changes of the visible text seen in those looks.`
