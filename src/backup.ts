import { copyFileSync, constants, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backUpEmbedded, restoreEmbedded } from './adapters/postgres/embedded-backup.ts'
import { askBackUp } from './admin-socket.ts'
import { readConfig } from './config.ts'
import { ParleyError } from './core/errors.ts'
import { readEnvironment } from './environment.ts'
import { exitCodeFor } from './exit-code.ts'

/** `npm run backup -- DIRECTORY` and `npm run restore -- DIRECTORY`: the embedded database and the key beside it. */

const keyFile = 'secret.key'

async function run(verb: string | undefined, directory: string | undefined): Promise<string> {
  const { dataDir, databaseUrl } = readConfig(readEnvironment(process.cwd()), { serves: false })
  if (databaseUrl !== undefined)
    throw new ParleyError('invalid', 'DATABASE_URL is set: back that PostgreSQL up with pg_dump.')
  if (directory === undefined)
    throw new ParleyError('invalid', `Name a directory: npm run ${verb} -- DIRECTORY`)
  const [data, backup] = [join(dataDir, keyFile), join(resolve(directory), keyFile)]
  if (verb === 'restore') {
    await restoreEmbedded(dataDir, resolve(directory))
    if (existsSync(backup)) copyFileSync(backup, data)
    return `${dataDir} was restored from ${directory}.`
  }
  // Through the Parley that has the database open, if one has.
  if (!(await askBackUp(dataDir, resolve(directory)))) await backUpEmbedded(dataDir, resolve(directory))
  // Without the key what is encrypted cannot be read, and everybody signs in anew.
  if (existsSync(data)) copyFileSync(data, backup, constants.COPYFILE_EXCL)
  return `${dataDir} was backed up to ${directory}.`
}

try {
  const [verb, directory] = process.argv.slice(2)
  process.stdout.write(`${await run(verb, directory)}\n`)
} catch (thrown) {
  process.exitCode = exitCodeFor(thrown)
}
