import type { Dialect } from 'kysely'

/** One of the two engines, opened: what differs between them. */
export interface Engine {
  readonly name: 'embedded' | 'postgres'
  readonly dialect: Dialect
  readonly connections: 'one' | 'many'
  readonly maintenance: readonly string[]
  close(): Promise<void>
}
