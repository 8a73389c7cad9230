import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Log } from '../../core/log.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { preparedPlace } from './prepared.ts'

/** Makes the database that first starts begin with a copy of, unless it is there, and gives its place. */
export async function prepareDatabase(log: Log): Promise<string> {
  const place = preparedPlace()
  if (existsSync(place)) return place
  const shelf = dirname(place)
  mkdirSync(shelf, { recursive: true })
  const aside = mkdtempSync(join(shelf, 'making-'))
  try {
    const database = await openDatabase({ dataDir: aside }, { log })
    await migrate(database)
    await database.maintain()
    await database.close()
    // The engine leaves files that anybody may write: what people's data begins with is its maker's alone.
    chmodSync(join(aside, 'db'), 0o700)
    putInPlace(join(aside, 'db'), place)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  for (const name of readdirSync(shelf))
    if (name.startsWith('database-') && join(shelf, name) !== place)
      rmSync(join(shelf, name), { recursive: true, force: true })
  return place
}

/** Another process may have made the same one meanwhile. */
function putInPlace(made: string, place: string): void {
  try {
    renameSync(made, place)
  } catch (thrown) {
    if (!existsSync(place)) throw thrown
  }
}
