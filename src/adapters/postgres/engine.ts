import type { Dialect } from 'kysely'

/** One of the two engines, opened: what differs between them. */
export interface Engine {
  readonly name: 'embedded' | 'postgres'
  readonly dialect: Dialect
  readonly connections: 'one' | 'many'
  readonly maintenance: readonly string[]
  /** Connections, where there is a pool of them. */
  pool?(): PoolState
  close(): Promise<void>
}

export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Those who wait for one. */
  readonly waiting: number
}
