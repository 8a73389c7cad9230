import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startServer } from '../src/adapters/postgres/testing/postgres-server.ts'
import {
  createDatabaseOn,
  databaseUrl,
  dropDatabaseOn,
} from '../src/adapters/postgres/testing/server-databases.ts'
import { layWire } from '../src/testing/wire.ts'

/** Any rows of a plain query. */
export type Query = (text: string) => Promise<readonly Record<string, unknown>[]>

/** A PostgreSQL behind a wire: what Parley is given leads over it, what the checker asks does not. */
export interface Torturable {
  /** For Parley; undefined leaves it to its embedded one. */
  readonly url: string | undefined
  /** Connections break and new ones are refused for this long, as when it is stopped and started. */
  stop(forMs: number): void
  freeze(forMs: number): void
  /** One of its own processes is killed: it breaks off everything, and recovers. */
  crash(): Promise<void>
  /** Only the wire is mended. */
  mend(): Promise<void>
  /** Asks the database itself; of an embedded one, nobody else may have it open. */
  ask<T>(dataDir: string, work: (query: Query) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openDatabase(engine: 'embedded' | 'postgres'): Promise<Torturable> {
  return engine === 'embedded' ? embedded : openPostgres()
}

const embedded: Torturable = {
  url: undefined,
  stop() {},
  freeze() {},
  crash: () => Promise.resolve(),
  mend: () => Promise.resolve(),
  async ask(dataDir, work) {
    const database = await PGlite.create({ dataDir: join(dataDir, 'db') })
    try {
      return await work(async text => (await database.query<Record<string, unknown>>(text)).rows)
    } finally {
      await database.close()
    }
  },
  close: () => Promise.resolve(),
}

async function openPostgres(): Promise<Torturable> {
  // A crash is to lose nothing that was committed: what it wrote has to be with the kernel by then.
  const server = await startServer(['synchronous_commit=on', 'full_page_writes=on'])
  const name = `parley_${randomBytes(6).toString('hex')}`
  const direct = await createDatabaseOn(server.url, name)
  const wire = await layWire(Number(new URL(server.url).port))
  const url = new URL(databaseUrl(server.url, name))
  url.port = String(wire.port)
  const mending = new Set<NodeJS.Timeout>()
  const later = (forMs: number) => {
    const timer = setTimeout(() => {
      mending.delete(timer)
      if (mending.size === 0) void wire.mend()
    }, forMs)
    mending.add(timer)
  }
  return {
    url: url.href,
    stop(forMs) {
      later(forMs)
      void wire.cut()
    },
    freeze: forMs => wire.freeze(forMs),
    crash: () => killBackend(direct),
    async mend() {
      for (const timer of mending) clearTimeout(timer)
      mending.clear()
      await wire.mend()
    },
    ask: (_dataDir, work) =>
      withClient(direct, client => work(async text => (await client.query(text)).rows)),
    async close() {
      await wire.close()
      await dropDatabaseOn(server.url, name)
      await server.stop()
    },
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  // A crash ends this connection too, which the query itself tells.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A process of a server that this program itself started. */
async function killBackend(url: string): Promise<void> {
  const found = await withClient(url, async client => {
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() limit 1',
    )
    return rows[0]?.pid
  }).catch(() => undefined)
  if (found === undefined) return
  try {
    process.kill(found, 'SIGKILL')
  } catch (thrown) {
    // It ended by itself meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}
