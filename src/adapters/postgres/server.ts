import pg from 'pg'
import { PostgresDialect } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Engine } from './engine.ts'
import { toDatabaseFailure } from './failures.ts'
import { keepPlans } from './kept-plans.ts'
import { type Asking, startListener } from './listener.ts'
import { parseServerUrl, type ServerAddress } from './server-url.ts'
import type { SignalHub } from './signals.ts'

/** As `server_version_num` counts. */
const oldestVersion = 150_000

/** Ten are enough: a Turn uses a connection for milliseconds at a time. */
const usualConnections: pg.PoolConfig = { max: 10 }

/** For leases: behind hundreds of statements that wait, or on a connection that leads nowhere, they would run out. */
const urgentConnections: pg.PoolConfig = { max: 1, query_timeout: 10_000 }

/** PostgreSQL's int8 as a number: no sequence or position here comes near 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/** Opens a pool on a PostgreSQL server and keeps listening to its signals. */
export async function openServer(
  url: string,
  { log, hub, asking }: { readonly log: Log; readonly hub: SignalHub; readonly asking?: Asking },
): Promise<Engine> {
  const address = parseServerUrl(url)
  const open = new Set<pg.PoolClient>()
  const pool = openPool(address, usualConnections, { log, open })
  const urgent = openPool(address, urgentConnections, { log, open })
  // The system would let each of them wait for a quarter of an hour.
  const vanished = () => {
    log.warn({ component: 'database', count: open.size }, 'the database does not answer; connecting anew')
    for (const client of open) client.connection.stream.destroy()
  }
  try {
    await checkVersion(pool, address)
    const listener = await startListener(() => new pg.Client(connectionOf(address)), {
      log,
      hub,
      vanished,
      ...(asking ? { asking } : {}),
    })
    return {
      name: 'postgres',
      dialect: new PostgresDialect({ pool: keepPlans(pool) }),
      urgent: new PostgresDialect({ pool: keepPlans(urgent) }),
      connections: 'many',
      maintenance: [],
      pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
      async close() {
        await listener.stop()
        for (const one of [pool, urgent]) if (!one.ending) await one.end()
      },
    }
  } catch (thrown) {
    await Promise.all([pool.end(), urgent.end()])
    throw thrown
  }
}

function openPool(
  address: ServerAddress,
  connections: pg.PoolConfig,
  { log, open }: { readonly log: Log; readonly open: Set<pg.PoolClient> },
): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOf(address),
    ...connections,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
  })
  pool.on('error', error =>
    log.warn({ component: 'database', error: toDatabaseFailure(error) }, 'an idle connection was lost'),
  )
  // The pool listens to idle connections only. One that breaks while it is held, between two statements of a
  // transaction, would end the process; the next statement on it rejects.
  pool.on('connect', client => client.on('error', () => {}))
  return pool.on('connect', client => open.add(client)).on('remove', client => open.delete(client))
}

function connectionOf({ connectionString }: ServerAddress): pg.ClientConfig {
  return {
    connectionString,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'parley',
    types,
  }
}

async function checkVersion(pool: pg.Pool, { shown }: ServerAddress): Promise<void> {
  let version: number
  try {
    const { rows } = await pool.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    version = rows[0]?.version ?? 0
  } catch (thrown) {
    const cause = toDatabaseFailure(thrown)
    throw new ParleyError(
      'database_unavailable',
      `The database at ${shown} cannot be used: ${whyNot(cause)}.`,
      {
        cause,
      },
    )
  }
  if (version < oldestVersion)
    throw new ParleyError(
      'database_unavailable',
      `The database at ${shown} is PostgreSQL ${Math.floor(version / 10_000)}; Parley needs 15 or newer.`,
    )
}

/** The server's or the system's own words; neither repeats the password. */
function whyNot(thrown: unknown): string {
  const cause = thrown instanceof ParleyError ? thrown.cause : thrown
  if (cause instanceof AggregateError) return whyNot(cause.errors[0])
  if (cause instanceof Error) return cause.message.replace(/\.$/, '')
  return 'it does not answer'
}
