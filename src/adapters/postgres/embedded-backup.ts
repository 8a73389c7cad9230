import { openAsBlob } from 'node:fs'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { ParleyError } from '../../core/errors.ts'
import { lockDataDir } from './lock.ts'

/** The embedded database in a backup. */
const databaseFile = 'database.tar.gz'

/**
 * Writes all of the embedded database in `dataDir` to `database.tar.gz` in `backupDir`, which is made. Throws `conflict`
 * while a Parley has it open and where there is a backup already, `not_found` where there is nothing to back up, and
 * `invalid` where it cannot be written; nothing that looks like a backup is left then.
 */
export async function backUpEmbedded(dataDir: string, backupDir: string): Promise<void> {
  const place = join(dataDir, 'db')
  if (!existsSync(place))
    throw new ParleyError('not_found', `DATA_DIR ${dataDir} holds no embedded database.`)
  const lock = lockDataDir(dataDir)
  try {
    const pglite = await PGlite.create({ dataDir: place })
    try {
      await writeBackup(backupDir, () => pglite.dumpDataDir('gzip'))
    } finally {
      await pglite.close()
    }
  } finally {
    lock.release()
  }
}

/** Keeps what `dump` gives as a backup, whole or not at all. Throws `conflict` and `invalid` as above. */
export async function writeBackup(backupDir: string, dump: () => Promise<Blob>): Promise<void> {
  makeEmpty(backupDir)
  const whole = await dump()
  writeWhole(join(backupDir, databaseFile), new Uint8Array(await whole.arrayBuffer()))
}

/**
 * Makes the embedded database in `dataDir` from a backup. Throws `conflict` where there is one already, and `invalid`
 * for what is no backup; nothing is left half made then.
 */
export async function restoreEmbedded(dataDir: string, backupDir: string): Promise<void> {
  const file = join(backupDir, databaseFile)
  if (!existsSync(file)) throw new ParleyError('not_found', `${backupDir} holds no ${databaseFile}.`)
  const lock = lockDataDir(dataDir)
  try {
    const place = join(dataDir, 'db')
    if (existsSync(place))
      throw new ParleyError(
        'conflict',
        `DATA_DIR ${dataDir} holds a database already: give an empty one, or move that away first.`,
      )
    const aside = join(dataDir, 'db.new')
    rmSync(aside, { recursive: true, force: true })
    await load(aside, file)
    renameSync(aside, place)
  } finally {
    lock.release()
  }
}

async function load(aside: string, file: string): Promise<void> {
  try {
    const pglite = await PGlite.create({ dataDir: aside, loadDataDir: await openAsBlob(file) })
    await pglite.query('select count(*) from dialogues')
    await pglite.close()
  } catch (cause) {
    rmSync(aside, { recursive: true, force: true })
    throw new ParleyError('invalid', `${file} is no whole backup of Parley.`, { cause })
  }
}

function makeEmpty(backupDir: string): void {
  if (existsSync(join(backupDir, databaseFile)))
    throw new ParleyError('conflict', `${backupDir} holds a backup already: name a new directory.`)
  orInvalid(backupDir, () => mkdirSync(backupDir, { recursive: true, mode: 0o700 }))
}

/** Under another name until it is whole. */
function writeWhole(path: string, bytes: Uint8Array): void {
  const aside = `${path}.part`
  orInvalid(path, () => {
    rmSync(aside, { force: true })
    try {
      const file = openSync(aside, 'wx', 0o600)
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(aside, path)
    } catch (thrown) {
      rmSync(aside, { force: true })
      throw thrown
    }
  })
}

/** A full disk or a directory of somebody else's is for whoever named the place to change. */
function orInvalid(path: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new ParleyError('invalid', `${path} cannot be written${why}.`, { cause })
  }
}
