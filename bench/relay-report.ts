import { type Quantiles, quantilesOf } from './quantiles.ts'
import { writeSection } from './performance-page.ts'
import { listVerdicts, type Verdict } from './verdict.ts'

export interface RelayFigure {
  readonly measure: string
  readonly unit: string
  readonly route: string
  /** One for each round. */
  readonly values: readonly number[]
  readonly errors: number
}

export interface RelayFindings {
  readonly figures: readonly RelayFigure[]
  /** With a thousand idle streams, in MB. */
  readonly memory: number
  /** Of the same process without any. */
  readonly rest: number
  /** From a client's leaving to the service's hearing of it, in ms. */
  readonly abort: Quantiles
  readonly hasPeer: boolean
}

const peerName = '@portkey-ai/gateway'

/** Round by round against another route of the same round, so that what slowed one slowed the other. */
function ratios(
  { figures }: RelayFindings,
  measure: string,
  route: string,
  beside: string,
): Quantiles & { min: number } {
  const values = (name: string) =>
    figures.find(figure => figure.measure.startsWith(measure) && figure.route === name)?.values ?? []
  const others = values(beside)
  const found = values(route).map((value, at) => value / (others[at] ?? Number.NaN))
  return { ...quantilesOf(found), min: Math.min(...found) }
}

function medianOf({ figures }: RelayFindings, measure: string, route: string): number {
  return quantilesOf(
    figures.find(figure => figure.measure.startsWith(measure) && figure.route === route)?.values ?? [],
  ).median
}

/** Promise A3, line by line. */
export function verdicts(found: RelayFindings): readonly Verdict[] {
  const added = medianOf(found, 'median', 'Parley') - medianOf(found, 'median', 'bare pipe')
  const frames = ratios(found, 'frames', 'Parley', 'bare pipe')
  const first = ratios(found, 'first byte', 'Parley', 'bare pipe')
  const errors = found.figures
    .filter(({ route }) => route !== peerName)
    .reduce((sum, one) => sum + one.errors, 0)
  const peer = ratios(found, 'requests', 'Parley', peerName)
  const shown = ({ median, min, max }: Quantiles & { min: number }) =>
    `×${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`
  return [
    {
      promise: `a request alone takes at most 0.5 ms more than the bare pipe: ${added.toFixed(2)} ms`,
      holds: added <= 0.5,
    },
    ...(found.hasPeer
      ? [{ promise: `twice the peer's requests a second: ${shown(peer)}`, holds: peer.median >= 2 }]
      : []),
    { promise: `0.8 of the bare pipe's frames a second: ${shown(frames)}`, holds: frames.median >= 0.8 },
    { promise: `first byte within 1.3 of the bare pipe's: ${shown(first)}`, holds: first.median <= 1.3 },
    {
      promise: `a thousand idle streams within 250 MB: ${found.memory.toFixed(0)} MB, of which ${found.rest.toFixed(0)} MB at rest`,
      holds: found.memory <= 250,
    },
    {
      promise: `an abort closes the upstream within 100 ms: at most ${found.abort.max.toFixed(1)} ms`,
      holds: found.abort.max <= 100,
    },
    { promise: `no error and no lost frame: ${errors}`, holds: errors === 0 },
  ]
}

export function writeRelayReport(found: RelayFindings): void {
  const rows = found.figures.map(({ measure, unit, route, values, errors }) => {
    const { median, max } = quantilesOf(values)
    const digits = unit === 'ms' ? 2 : 0
    const cells = [
      measure,
      route,
      `${median.toFixed(digits)} ${unit}`,
      `${Math.min(...values).toFixed(digits)} to ${max.toFixed(digits)}`,
      errors,
    ]
    return `| ${cells.join(' | ')} |`
  })
  writeSection(
    'relay',
    `## The relay

\`npm run bench:relay -- --write\` wrote this section: all of Parley on PostgreSQL (key, reservation on every level,
settlement and usage row included), a bare node:http pipe and ${found.hasPeer ? `\`${peerName}\`` : 'no peer, which could not be fetched'}, each a process of its own
before the same service, on a machine of two cores that they share with the client and whatever else runs there. Every
measure is taken on each in turn, five rounds after one to warm up; ratios are of the same round, and what stands in
brackets is the smallest and the largest.

${listVerdicts(verdicts(found))}

| what | through | median of rounds | rounds | errors |
|---|---|--:|--:|--:|
${rows.join('\n')}
`,
  )
}
