import { once } from 'node:events'
import { PGlite } from '@electric-sql/pglite'
import { silentLog } from '../../../core/testing/silent-log.ts'
import { createDatabase } from '../database.ts'
import { openPGlite } from '../embedded.ts'
import { migrate } from '../migrate.ts'
import { createSignalHub } from '../signals.ts'

/** A program that prints an image of a migrated embedded database: loading it is ten times quicker than making one. */
const hub = createSignalHub(silentLog)
const pglite = await PGlite.create()
const database = createDatabase(await openPGlite({ pglite }, hub), hub)
await migrate(database)
const image = await pglite.dumpDataDir('gzip')
if (!process.stdout.write(Buffer.from(await image.arrayBuffer()))) await once(process.stdout, 'drain')
await database.close()
