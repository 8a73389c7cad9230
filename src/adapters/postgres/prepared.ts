import { createHash } from 'node:crypto'
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/**
 * Where `npm ci` leaves a whole embedded database, for first starts to begin with a copy of: making one takes seconds
 * and almost a gigabyte. It is named by all that it is made from, so that one of another release is never taken.
 */
export function preparedPlace(): string {
  const engine = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
  const folder = join(root, 'migrations')
  const migrations = readdirSync(folder).toSorted()
  const hash = createHash('sha256')
  for (const file of [join(engine, '../package.json'), ...migrations.map(name => join(folder, name))])
    hash.update(readFileSync(file))
  return join(root, 'node_modules/.cache/parley', `database-${hash.digest('hex').slice(0, 16)}`)
}

/** The same, if there is one that this process may read. */
export function findPrepared(): string | undefined {
  const place = preparedPlace()
  try {
    accessSync(place, constants.R_OK | constants.X_OK)
    return place
  } catch {
    return undefined
  }
}
