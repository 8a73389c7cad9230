import type { AsyncLocalStorage } from 'node:async_hooks'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, Kysely, QueryResult } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import { toDatabaseFailure } from './failures.ts'
import { storedText } from './stored-text.ts'

/** The transaction that the running code is in; `open` ends with it, so that work it left behind may go on. */
export interface TransactionScope {
  open: boolean
}

export type CurrentTransaction = AsyncLocalStorage<TransactionScope>

/**
 * The same dialect, with four promises more: the outer handle throws at once inside a transaction instead of
 * waiting for a connection that the transaction holds; failures are Parley's own and quote no values; an
 * engine with a single connection is used by one caller at a time; and a text that no column can hold finds nothing.
 */
export function guardDialect(
  dialect: Dialect,
  current: CurrentTransaction,
  { connections }: { readonly connections: 'one' | 'many' },
): Dialect {
  return {
    createDriver: () => guardDriver(dialect.createDriver(), current, connections === 'one'),
    createAdapter: () => {
      const adapter = dialect.createAdapter()
      // Kysely's own queue stands before the driver: inside a transaction it would wait for ever, unguarded.
      Object.defineProperty(adapter, 'supportsMultipleConnections', { value: true })
      return adapter
    },
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => dialect.createIntrospector(db),
  }
}

class GuardedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection

  constructor(inner: DatabaseConnection) {
    this.inner = inner
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return translated(this.inner.executeQuery<R>(holdable(query)))
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize)
  }
}

/** PostgreSQL refuses a whole statement for one NUL in a text, and addresses may bring one. */
function holdable(query: CompiledQuery): CompiledQuery {
  const hasNul = (value: unknown): boolean =>
    typeof value === 'string' ? value.includes('\0') : Array.isArray(value) && value.some(hasNul)
  if (!query.parameters.some(hasNul)) return query
  const withoutNul = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withoutNul)
    return typeof value === 'string' ? storedText(value) : value
  }
  return { ...query, parameters: query.parameters.map(withoutNul) }
}

function guardDriver(driver: Driver, current: CurrentTransaction, single: boolean): Driver {
  const inner = (connection: DatabaseConnection) => {
    if (connection instanceof GuardedConnection) return connection.inner
    throw new ParleyError('internal', 'This connection belongs to another database.')
  }
  const turnstile = single ? createTurnstile() : undefined
  return {
    init: () => driver.init(),
    destroy: () => driver.destroy(),
    async acquireConnection() {
      if (current.getStore()?.open)
        throw new ParleyError('internal', 'Inside a transaction only its own handle may be used.')
      await turnstile?.enter()
      try {
        return new GuardedConnection(await translated(driver.acquireConnection()))
      } catch (thrown) {
        turnstile?.leave()
        throw thrown
      }
    },
    async releaseConnection(connection) {
      await driver.releaseConnection(inner(connection))
      turnstile?.leave()
    },
    beginTransaction: (connection, settings) =>
      translated(driver.beginTransaction(inner(connection), settings)),
    commitTransaction: connection => translated(driver.commitTransaction(inner(connection))),
    rollbackTransaction: connection => translated(driver.rollbackTransaction(inner(connection))),
  }
}

/** Lets one in at a time, in the order in which they came. */
function createTurnstile() {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    async enter(): Promise<void> {
      if (!taken) {
        taken = true
        return
      }
      await new Promise<void>(resolve => waiting.push(resolve))
    },
    leave(): void {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}

async function translated<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (thrown) {
    throw toDatabaseFailure(thrown)
  }
}
