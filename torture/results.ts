import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Round } from './act.ts'
import { beyondReach } from './check-reach.ts'
import type { Verdict } from './round.ts'

/** What one round came to, as kept in the results file. */
export interface Result extends Round {
  readonly at: string
  readonly ended: Readonly<Record<string, number>>
  readonly killed: number
  /** First direct messages that Discord told nobody of. */
  readonly beyondReach: number
  readonly tookMs: number
  /** Promises that were broken, and how often. */
  readonly broken: Readonly<Record<string, number>>
}

export function resultOf({ round, evidence, violations, killed, tookMs }: Verdict, at: string): Result {
  const counted = (words: readonly string[]) =>
    Object.fromEntries([...Map.groupBy(words, word => word)].map(([word, all]) => [word, all.length]))
  return {
    ...round,
    at,
    ended: counted(evidence.ledger.turns.map(({ state }) => state)),
    killed,
    beyondReach: beyondReach(evidence).length,
    tookMs,
    broken: counted(violations.map(({ promise }) => promise)),
  }
}

export function keepResult(path: string, result: Result): void {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify(result)}\n`)
}

export function readResults(path: string): readonly Result[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter(line => line !== '')
  return lines.map(line => JSON.parse(line) as Result)
}

/** A line for each way of running, and one for all. */
export function reportOf(results: readonly Result[]): readonly string[] {
  const groups = Map.groupBy(results, ({ engine, processes }) => `${engine}, ${processes} process(es)`)
  return [...groups, ['all', results] as const].map(([name, of]) => `${name}: ${sumOf(of)}`)
}

function sumOf(results: readonly Result[]): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const turns = sum(results.flatMap(({ ended }) => Object.values(ended)))
  const broken = results.filter(result => Object.keys(result.broken).length > 0)
  const seeds = broken.length > 0 ? ` (seeds ${broken.map(({ seed }) => seed).join(', ')})` : ''
  return `${results.length} rounds, ${turns} turns, ${sum(results.map(({ killed }) => killed))} kills, ${broken.length} rounds with violations${seeds}, ${Math.round(sum(results.map(({ tookMs }) => tookMs)) / 60_000)} min`
}
