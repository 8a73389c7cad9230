import { PGlite } from '@electric-sql/pglite'

/** The least that an embedded start takes: Node, and the engine on the directory that is named. Says when it is open. */
const pglite = await PGlite.create({ dataDir: process.argv[2] ?? '' })
await pglite.query('select 1')
process.stdout.write('open\n')
process.stdin.resume()
