import { writeSection } from './performance-page.ts'
import type { Quantiles } from './quantiles.ts'

export interface Figure {
  readonly name: string
  readonly times: Quantiles
  /** What PostgreSQL itself took beside it. */
  readonly floor: Quantiles
  readonly limitMs?: number
}

/** Writes what was measured last, where people read it. */
export function writeReport(figures: readonly Figure[], history: string): void {
  const rows = figures.map(({ name, times, floor, limitMs }) => {
    const holds = limitMs === undefined ? '' : times.p95 <= limitMs ? 'yes' : 'no'
    const ratio = (times.median / floor.median).toFixed(1)
    const cells = [name, `×${ratio}`, times.median.toFixed(1), times.p95.toFixed(1), limitMs ?? '', holds]
    return `| ${cells.join(' | ')} |`
  })
  writeSection(
    'history',
    `## Reading and finding

\`npm run bench:history -- --write\` wrote this section. It measures ${history}, on PostgreSQL 15 with 1 GB of
shared_buffers, on a machine of two cores that database and bench share with whatever else runs there. Everything is
measured in turn, again and again; the floor is what a bare keyset page takes in the same run (for what twenty do at
once: \`select 1\` from twenty). On a busy machine all of it is slow alike, so the ratio says more than the milliseconds.

*Wide* reads 300 channels, *narrow* five, *alone* none but what they said themselves. Words are named by the share of all
messages that holds them. Limits are p95, of promise A5.

| what | median, beside the floor | median, ms | p95, ms | limit, ms | holds |
|---|--:|--:|--:|--:|---|
${rows.join('\n')}
`,
  )
}
