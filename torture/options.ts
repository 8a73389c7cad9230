import { parseArgs } from 'node:util'
import type { Round } from './act.ts'

export interface Options {
  readonly report: boolean
  readonly rounds: readonly Round[]
  readonly dir: string
  readonly results: string
}

/** Reads the command line; throws a sentence that says what is wrong with it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      turns: { type: 'string', default: '300' },
      kills: { type: 'string', default: '15' },
      processes: { type: 'string', default: '1' },
      engine: { type: 'string', default: 'embedded' },
      rounds: { type: 'string', default: '1' },
      dir: { type: 'string', default: 'data/torture' },
      results: { type: 'string', default: 'torture/results.jsonl' },
      report: { type: 'boolean', default: false },
    },
  })
  const seed = whole('seed', values.seed, 0)
  const engine = values.engine
  if (engine !== 'embedded' && engine !== 'postgres') throw new Error('--engine is embedded or postgres.')
  const processes = whole('processes', values.processes, 1, 3)
  if (engine === 'embedded' && processes > 1)
    throw new Error('An embedded database is one process’s alone: take --engine postgres for several.')
  const round = {
    turns: whole('turns', values.turns, 2),
    kills: whole('kills', values.kills, 0),
    processes,
    engine,
  } as const
  const count = whole('rounds', values.rounds, 1)
  return {
    report: values.report,
    rounds: Array.from({ length: count }, (_, at) => ({ seed: seed + at, ...round })),
    dir: values.dir,
    results: values.results,
  }
}

function whole(name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new Error(`--${name} has to be a whole number from ${least}${most < 100 ? ` to ${most}` : ''}.`)
}
