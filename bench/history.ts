import { sql } from 'kysely'
import { openDatabase } from '../src/adapters/postgres/database.ts'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import {
  createDatabaseOn,
  databaseUrl,
  dropDatabaseOn,
} from '../src/adapters/postgres/testing/server-databases.ts'
import { silentLog } from '../src/core/testing/silent-log.ts'
import { measureHistory } from './history-measure.ts'
import { type Figure, writeReport } from './history-report.ts'
import { seed, seedViewer } from './history-seed.ts'
import { timed } from './quantiles.ts'

/**
 * Promise A5: the history of a million messages. Everything is measured in turn, again and again in one run, beside
 * the least that PostgreSQL itself takes, so that a busy machine slows all of it alike. Ends with 1 when it is broken.
 * With DATABASE_URL it makes a database of its own on that server, whose owner of everything must be named there; with
 * `--keep` that database stays, and is what the next run measures. With `--write` the figures become docs/performance.md.
 */
const size = { messages: 1_000_000, channels: 300, people: 2_000 }
const rounds = 100
const deepest = 100_000

/** A quarter of a small server's memory, as PostgreSQL's manual has it, and no more than the history takes. */
const settings = ['shared_buffers=1GB']

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const given = process.env['DATABASE_URL']
  const server =
    given === undefined ? await startServer(settings) : { url: given, stop: () => Promise.resolve() }
  const kept = given !== undefined && process.argv.includes('--keep')
  const name = kept ? 'parley_bench' : `parley_bench_${process.pid}`
  try {
    const broken = await run(await databaseOn(server.url, name))
    for (const line of broken) say(`BROKEN  ${line}`)
    say(broken.length === 0 ? 'Promise A5 holds.' : 'Promise A5 is broken.')
    process.exitCode = broken.length === 0 ? 0 : 1
  } finally {
    if (!kept) await dropDatabaseOn(server.url, name)
    await server.stop()
  }
}

/** The one of this name, made if there is none. */
async function databaseOn(serverUrl: string, name: string): Promise<string> {
  const server = await openDatabase({ url: serverUrl }, { log: silentLog })
  try {
    const { rows } = await sql`select from pg_database where datname = ${name}`.execute(server.handle)
    return rows.length > 0 ? databaseUrl(serverUrl, name) : await createDatabaseOn(serverUrl, name)
  } finally {
    await server.close()
  }
}

async function run(url: string): Promise<readonly string[]> {
  const database = await openDatabase({ url }, { log: silentLog })
  try {
    await migrate(database)
    const { handle } = database
    const isEmpty = (await sql`select from messages limit 1`.execute(handle)).rows.length === 0
    const seedMs = isEmpty ? await timed(() => seed(handle, size)) : 0
    const nowMs = Date.now()
    const wide = await seedViewer(handle, 'wide', 'i1', size.channels, nowMs)
    const narrow = await seedViewer(handle, 'narrow', 'i2', 5, nowMs)
    const alone = await seedViewer(handle, 'alone', 'i3', 0, nowMs)
    const { rows } = await sql<{ messages: number; dialogues: number; size: string }>`
      select (select count(*) from messages) as messages, (select count(*) from dialogues) as dialogues,
        pg_size_pretty(pg_database_size(current_database())) as size`.execute(handle)
    say(`${JSON.stringify(rows[0])}, made in ${(seedMs / 1_000).toFixed(0)} s`)
    const few = (rows[0]?.messages ?? 0) < size.messages
    const figures: Figure[] = []
    const keep = (figure: Figure) => void figures.push(figure)
    const scene = { database, url, nowMs, wide, narrow, alone, rounds, deepest, say, keep }
    const broken = [...(few ? ['there are too few messages'] : []), ...(await measureHistory(scene))]
    const held = `${rows[0]?.messages ?? 0} messages in ${rows[0]?.dialogues ?? 0} dialogues`
    if (process.argv.includes('--write')) writeReport(figures, held)
    return broken
  } finally {
    await database.close()
  }
}

await main()
