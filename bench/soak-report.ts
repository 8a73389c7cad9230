import { writeSection } from './performance-page.ts'
import type { Sample } from './soak-sample.ts'
import { listVerdicts, type Verdict } from './verdict.ts'

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

export function verdicts(soak: Soak): readonly Verdict[] {
  const { asked, wrong, before, after, samples } = soak
  const slope = slopeOf(samples)
  return [
    { promise: `${asked} questions, ${wrong} without one whole answer`, holds: wrong === 0 },
    {
      promise: `resident memory grew by ${slope.toFixed(2)} MB a minute, ${ends(soak)}`,
      holds: slope <= mostMbPerMinute,
    },
    {
      promise: `${before.handles} open handles before, ${after.handles} after`,
      holds: after.handles <= before.handles + spareHandles,
    },
  ]
}

export function writeSoak(soak: Soak): void {
  writeSection(
    'soak',
    `## Soak

\`npm run bench:soak -- --write\` wrote this section: ${soak.rate} questions a second for ${soak.minutes} minutes, on Slack and
Discord by turns, to one process on PostgreSQL; each answer has 80 words and takes under two seconds. The first sixth is
for warming up. The limit of promise B10 is 1 MB a minute.

${listVerdicts(verdicts(soak))}
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
