import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareDatabase } from '../src/adapters/postgres/prepare.ts'
import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../src/adapters/postgres/testing/server-databases.ts'
import { silentLog } from '../src/core/testing/silent-log.ts'
import { freePort } from '../src/testing/free-port.ts'
import { openHousehold } from '../src/testing/household.ts'
import { type Start, startFloor, startParley } from './start-process.ts'
import { type StartFigure, verdicts, writeStartReport } from './start-report.ts'
import { tellVerdicts } from './verdict.ts'

/**
 * Promise A6: from the process's beginning to `/readyz`, and memory at rest. Every kind of start is taken in turn, again
 * and again in one run, so that a busy machine slows all of them alike. Ends with 1 when the promise is broken. With
 * `--write` the figures become a section of docs/performance.md.
 */
const rounds = 5

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  // As `npm ci` did.
  await prepareDatabase(silentLog)
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-start-'))
  const server = await startServer()
  const house = await openHousehold({
    databaseUrl: await createDatabaseOn(server.url, `parley_bench_${process.pid}`),
  })
  try {
    const port = await freePort()
    const kinds = (round: number): Readonly<Record<StartFigure['kind'], () => Promise<Start>>> => {
      const data = join(directory, String(round))
      return {
        first: () => startParley(port, { DATA_DIR: data }),
        later: () => startParley(port, { DATA_DIR: data }),
        floor: () => startFloor(join(data, 'db')),
        postgres: () => startParley(port, house.env),
      }
    }
    // What is compiled once, and the migrations of the server's database, are not part of any later start.
    for (const start of Object.values(kinds(0))) await start()
    const figures: StartFigure[] = []
    for (let round = 1; round <= rounds; round += 1)
      for (const [kind, start] of Object.entries(kinds(round))) {
        const figure = { kind: kind as StartFigure['kind'], ...(await start()) }
        figures.push(figure)
        say(
          `${kind}: ready after ${figure.readyMs.toFixed(0)} ms, ${figure.cpuMs} ms of CPU, ${figure.idleMb.toFixed(0)} MB`,
        )
      }
    tellVerdicts(verdicts(figures))
    if (process.argv.includes('--write')) writeStartReport(figures)
  } finally {
    await house.close()
    await server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

await main()
