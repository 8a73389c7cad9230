import type { Dialect } from 'kysely'

/** One of the two engines, opened: what differs between them. */
export interface Engine {
  readonly name: 'embedded' | 'postgres'
  readonly dialect: Dialect
  readonly connections: 'one' | 'many'
  /** The same database by connections that nothing else waits for, where there can be such. */
  readonly urgent?: Dialect
  readonly maintenance: readonly string[]
  /** Connections, where there is a pool of them. */
  pool?(): PoolState
  /** Writes all of it, as it is at one moment, into a directory that is made; where the engine is this process's own. */
  backUp?(backupDir: string): Promise<void>
  close(): Promise<void>
}

export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Those who wait for one. */
  readonly waiting: number
}
