import { silentLog } from '../../../core/testing/silent-log.ts'
import { openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { createStore } from '../store.ts'

/** A program that keeps writing to an embedded database, and prints each key once it is stored, until it is killed. */
const [dataDir = '', first = '0'] = process.argv.slice(2)
const database = await openDatabase({ dataDir }, { log: silentLog })
await migrate(database)
const { decisions } = createStore(database)
const place = { platform: 'slack', workspaceId: 'T1', channelId: 'C1' } as const
for (let key = Number(first); ; key++) {
  if (!(await decisions.claim({ key: String(key), kind: 'message', place })))
    throw new Error(`${key} was there`)
  process.stdout.write(`${key}\n`)
}
