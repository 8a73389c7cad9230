import { writeSection } from './performance-page.ts'
import type { Sample } from './soak-sample.ts'

export interface Soak {
  readonly minutes: number
  readonly rate: number
  readonly asked: number
  /** Questions without exactly one whole answer. */
  readonly wrong: number
  /** Idle, after the first questions; and idle again, after the last. */
  readonly before: Sample
  readonly after: Sample
  /** Since it was warm. */
  readonly samples: readonly Sample[]
}

/** Promise B10. */
const mostMbPerMinute = 1
/** One connection of a pool more or less says nothing. */
const spareHandles = 5

export function verdictOf(soak: Soak): { readonly lines: readonly string[]; readonly holds: boolean } {
  const slope = slopeOf(soak.samples)
  const promises = [
    { text: `${soak.asked} questions, ${soak.wrong} without one whole answer`, holds: soak.wrong === 0 },
    {
      text: `resident memory grew by ${slope.toFixed(2)} MB a minute, ${ends(soak)}`,
      holds: slope <= mostMbPerMinute,
    },
    {
      text: `${soak.before.handles} open handles before, ${soak.after.handles} after`,
      holds: soak.after.handles <= soak.before.handles + spareHandles,
    },
  ]
  return {
    lines: promises.map(({ text, holds }) => `${holds ? 'holds ' : 'BROKEN'}  ${text}`),
    holds: promises.every(({ holds }) => holds),
  }
}

export function writeSoak(soak: Soak): void {
  const { lines } = verdictOf(soak)
  writeSection(
    'soak',
    `## Soak

\`npm run bench:soak -- --write\` wrote this section: ${soak.rate} questions a second for ${soak.minutes} minutes, on Slack and
Discord by turns, to one process on PostgreSQL; each answer has 80 words and takes under two seconds. The first sixth is
for warming up. The limit of promise B10 is 1 MB a minute.

${lines.map(line => `- ${line.replace(/^holds {3}/, '').replace(/^BROKEN {2}/, 'Not held: ')}`).join('\n')}
`,
  )
}

function ends({ samples }: Soak): string {
  const [first, last] = [samples[0], samples.at(-1)]
  return first && last
    ? `from ${first.residentMb.toFixed(0)} to ${last.residentMb.toFixed(0)} MB (heap ${first.heapMb.toFixed(0)} to ${last.heapMb.toFixed(0)})`
    : 'by nothing that was seen'
}

/** Least squares, in MB a minute. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const minute = (sample: Sample) => sample.atMs / 60_000
  const [middle, level] = [mean(minute), mean(sample => sample.residentMb)]
  const spread = samples.reduce((sum, sample) => sum + (minute(sample) - middle) ** 2, 0)
  const together = samples.reduce(
    (sum, sample) => sum + (minute(sample) - middle) * (sample.residentMb - level),
    0,
  )
  return together / spread
}
