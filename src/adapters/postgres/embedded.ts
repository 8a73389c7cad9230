import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite, type PGliteOptions } from '@electric-sql/pglite'
import { PGliteDialect } from 'kysely'
import { writeBackup } from './embedded-backup.ts'
import type { Engine } from './engine.ts'
import { lockDataDir } from './lock.ts'
import { findPrepared } from './prepared.ts'
import { type SignalHub, signalChannel } from './signals.ts'

/**
 * PGlite's own settings, with less memory, and with a log that stays small: the engine has one process, which writes
 * no checkpoints on its own, and after a crash reads all that was written since the last one.
 */
const startParams = [
  ...PGlite.defaultStartParams,
  ...['shared_buffers=16MB', 'max_wal_size=64MB', 'min_wal_size=32MB', 'timezone=UTC'].flatMap(setting => [
    '-c',
    setting,
  ]),
]

/** Tables that change with every Turn, and one that is written once for every event. */
const busyTables = [
  'jobs',
  'turns',
  'parts',
  'messages',
  'dialogues',
  'model_calls',
  'leaders',
  'turn_messages',
  'decisions',
  'quota_buckets',
  'reservations',
]

/** Opens the database in `dataDir/db`, making it on the first start. Throws `conflict` when it is open elsewhere. */
export async function openEmbedded(dataDir: string, { hub }: { readonly hub: SignalHub }): Promise<Engine> {
  const lock = lockDataDir(dataDir)
  try {
    const place = join(dataDir, 'db')
    if (!existsSync(place)) await makeCluster(dataDir, place)
    return await openPGlite({ dataDir: place }, hub, () => lock.release())
  } catch (thrown) {
    lock.release()
    throw thrown
  }
}

/** Made aside and renamed when whole, so that a process killed while making it leaves nothing half made behind. */
async function makeCluster(dataDir: string, place: string): Promise<void> {
  const aside = join(dataDir, 'db.new')
  rmSync(aside, { recursive: true, force: true })
  const prepared = findPrepared()
  if (prepared === undefined) {
    const cluster = await PGlite.create({ dataDir: aside, startParams })
    await cluster.close()
  } else cpSync(prepared, aside, { recursive: true })
  renameSync(aside, place)
}

/** Makes an engine of PGlite, opened with Parley's settings or handed over. */
export async function openPGlite(
  source: PGliteOptions | { readonly pglite: PGlite },
  hub: SignalHub,
  whenClosed: () => void = () => {},
): Promise<Engine> {
  const pglite = 'pglite' in source ? source.pglite : await PGlite.create({ ...source, startParams })
  await pglite.listen(signalChannel, payload => hub.receive(payload))
  return {
    name: 'embedded',
    dialect: new PGliteDialect({ pglite }),
    connections: 'one',
    maintenance: [...busyTables.map(table => `vacuum (analyze) ${table}`), 'checkpoint'],
    // No statement runs meanwhile; what is written is what a killed process leaves, which is whole.
    backUp: backupDir => writeBackup(backupDir, () => pglite.dumpDataDir('gzip')),
    async close() {
      if (!pglite.closed) await pglite.close()
      whenClosed()
    },
  }
}
