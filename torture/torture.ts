import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openHousehold } from '../src/testing/household.ts'
import { startProcess } from '../src/testing/parley-process.ts'
import type { Round } from './act.ts'
import { readOptions } from './options.ts'
import { keepResult, readResults, reportOf, resultOf } from './results.ts'
import { runRound, type Verdict } from './round.ts'
import { traceOf } from './trace.ts'

/** `npm run torture`: rounds of a seeded schedule, each judged; 1 when a promise was broken. See docs/torture.md. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.report) {
    for (const line of reportOf(readResults(options.results))) say(line)
    return 0
  }
  const made = options.rounds[0]?.engine === 'embedded' ? await makeEmbedded() : undefined
  let broken = 0
  try {
    for (const round of options.rounds) {
      const verdict = await runRound(round, { dir: join(options.dir, `seed-${round.seed}`), ...made?.copy })
      tell(verdict, options.dir)
      keepResult(options.results, resultOf(verdict, new Date().toISOString()))
      if (verdict.violations.length > 0) broken += 1
    }
  } finally {
    await made?.close()
  }
  return broken > 0 ? 1 : 0
}

/** Making an embedded database takes seconds of both cores, so it is done once. */
async function makeEmbedded() {
  const house = await openHousehold()
  const parley = startProcess(house.env)
  await parley.up
  parley.kill('SIGTERM')
  await parley.ended
  return { copy: { dataDir: house.env['DATA_DIR'] ?? '' }, close: () => house.close() }
}

function tell({ round, evidence, violations, killed, tookMs }: Verdict, dir: string): void {
  const { turns } = evidence.ledger
  say(
    `seed ${round.seed}: ${turns.length} turns, ${killed} kills, ${Math.round(tookMs / 1_000)} s, ${violations.length} violations`,
  )
  const place = join(dir, `seed-${round.seed}`)
  if (violations.length === 0) return rmSync(place, { recursive: true, force: true })
  writeFileSync(join(place, 'evidence.json'), JSON.stringify(evidence))
  writeFileSync(join(place, 'violations.json'), JSON.stringify(violations, null, 1))
  for (const violation of violations.slice(0, 12)) say(`  ${violation.promise}: ${violation.what}`)
  const traces = violations.map(violation => traceOf(violation, evidence)).filter(({ length }) => length > 0)
  const [shortest = []] = traces.toSorted((a, b) => a.length - b.length)
  for (const line of shortest) say(`    ${line}`)
  say(`  again: ${commandOf(round)}`)
}

function commandOf({ seed, turns, kills, processes, engine }: Round): string {
  return `npm run torture -- --seed ${seed} --turns ${turns} --kills ${kills} --processes ${processes} --engine ${engine}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exit(await main())
