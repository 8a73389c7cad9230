import { createLog } from './adapters/pino/log.ts'
import { prepareDatabase } from './adapters/postgres/prepare.ts'

/** `npm ci` runs this: libraries are compiled, and a database is made, before anybody waits for a start. */
await import('./parley.ts')
await prepareDatabase(createLog({ level: 'warn', pretty: false, secrets: [] }))
