import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runRound } from './round.ts'
import { traceOf } from './trace.ts'

/** A small slice of what `npm run torture` does; the seed is one of those that were run. */
it('keeps every promise to forty questions, with two processes, four kills and a PostgreSQL that comes and goes', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-torture-'))
  try {
    const round = { seed: 3, turns: 40, kills: 4, processes: 2, engine: 'postgres' } as const
    const { evidence, violations, killed } = await runRound(round, { dir, stalls: false })
    const traces = violations.map(violation => traceOf(violation, evidence))
    expect({ violations, traces }).toEqual({ violations: [], traces: [] })
    expect(killed).toBe(4)
    expect(evidence.ledger.turns.length).toBeGreaterThan(25)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}, 180_000)
