import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../core/log.ts'
import { createDatabase } from './database.ts'
import { dumpSchema } from './dump.ts'
import { openPGlite } from './embedded.ts'
import { migrate } from './migrate.ts'
import { createSignalHub } from './signals.ts'

/** `npm run db:dump`: writes schema.sql as the migrations make it, in a database that is made for it and forgotten. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent }
const hub = createSignalHub(silent)
const database = createDatabase(await openPGlite({}, hub), hub)
try {
  await migrate(database)
  writeFileSync(join(import.meta.dirname, '../../../schema.sql'), await dumpSchema(database.handle))
} finally {
  await database.close()
}
