import { ParleyError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { type DatabaseLocation, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

export interface Terminal {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

/** `npm run migrate`: brings a database to the level of this code and says what it did. Gives the exit code. */
export async function runMigrate(
  location: DatabaseLocation,
  { out, err }: Terminal,
  log: Log,
): Promise<number> {
  try {
    const database = await openDatabase(location, { log })
    try {
      const ran = await migrate(database)
      for (const name of ran) out(name)
      out(ran.length === 0 ? 'The database is up to date.' : 'The database was brought up to date.')
      return 0
    } finally {
      await database.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) throw thrown
    err(`parley: ${thrown.message}`)
    return 1
  }
}
