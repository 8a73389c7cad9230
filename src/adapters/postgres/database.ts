import { AsyncLocalStorage } from 'node:async_hooks'
import { type Dialect, Kysely, sql } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Signals } from '../../core/store.ts'
import type { Engine, PoolState } from './engine.ts'
import { guardDialect, type TransactionScope } from './guarded-dialect.ts'
import { createSignalHub, type SignalHub } from './signals.ts'
import type { Tables } from './tables.ts'

/** What asks whether the database answers has an answer by then itself. */
const pingWithinMs = 3_000

/** A way to run statements: the database itself, or one transaction of it. */
export type Handle = Kysely<Tables>

export interface Database {
  readonly engine: 'embedded' | 'postgres'
  /** The outer handle. Throws at once when it is used inside `atomically`. */
  readonly handle: Handle
  /** The same past all that wait for a connection: for leases. */
  readonly urgent: Handle
  /** Runs `work` in one transaction, on the handle it is given and on no other. */
  atomically<T>(work: (handle: Handle) => Promise<T>): Promise<T>
  readonly signals: Signals
  /** Frees what deleted rows held, one table at a time; to be called every few minutes. A server does it itself. */
  maintain(): Promise<void>
  /** Its connections, where there is a pool of them. */
  pool(): PoolState | undefined
  /** Rejects with `database_unavailable` when the database does not answer, or not soon. */
  ping(): Promise<void>
  /**
   * Writes all of an embedded database, as it is at one moment, to a directory that is made; statements wait meanwhile.
   * Throws `conflict` where there is a backup already, and `invalid` for a server, or where it cannot be written.
   */
  backUp(backupDir: string): Promise<void>
  close(): Promise<void>
}

export type DatabaseLocation = { readonly dataDir: string } | { readonly url: string }

/**
 * Opens the embedded database in `dataDir`, which no other process may have open (`conflict`), or a PostgreSQL ≥ 15
 * server. Rejects with `database_unavailable` or `invalid`, in one sentence that holds no password.
 */
export async function openDatabase(
  location: DatabaseLocation,
  { log }: { readonly log: Log },
): Promise<Database> {
  const hub = createSignalHub(log)
  const engine =
    'url' in location
      ? await (await import('./server.ts')).openServer(location.url, { log, hub })
      : await (await import('./embedded.ts')).openEmbedded(location.dataDir, { hub })
  return createDatabase(engine, hub)
}

export function createDatabase(engine: Engine, hub: SignalHub): Database {
  const current = new AsyncLocalStorage<TransactionScope>()
  const handleOn = (dialect: Dialect): Handle =>
    new Kysely<Tables>({ dialect: guardDialect(dialect, current, { connections: engine.connections }) })
  const handle = handleOn(engine.dialect)
  const urgent = engine.urgent ? handleOn(engine.urgent) : handle
  return {
    engine: engine.name,
    handle,
    urgent,
    signals: { listen: listener => hub.listen(listener) },
    atomically: work =>
      handle.transaction().execute(async transaction => {
        const scope = { open: true }
        try {
          return await current.run(scope, () => work(transaction))
        } finally {
          scope.open = false
        }
      }),
    async maintain() {
      for (const statement of engine.maintenance) await sql.raw(statement).execute(handle)
    },
    pool: () => engine.pool?.(),
    ping: () => within(pingWithinMs, sql`select 1`.execute(handle)),
    async backUp(backupDir) {
      if (!engine.backUp) throw new ParleyError('invalid', 'A PostgreSQL is backed up with pg_dump.')
      await engine.backUp(backupDir)
    },
    async close() {
      await handle.destroy()
      await urgent.destroy()
      await engine.close()
    },
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new ParleyError('database_unavailable', 'The database does not answer.')),
    ms,
  )
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
