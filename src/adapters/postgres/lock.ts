import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ParleyError } from '../../core/errors.ts'

export interface DataDirLock {
  release(): void
}

/** SQLite's SQLITE_BUSY. */
const busy = 5

/**
 * Makes this process the only one to use `dir`: two on one embedded database destroy it without a word. The lock is
 * the kernel's, taken through SQLite because Node itself has none, and so ends with the process however it ends.
 * Throws `conflict` when another process holds it.
 */
export function lockDataDir(dir: string): DataDirLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const ownerFile = join(dir, 'lock.pid')
  const lock = new DatabaseSync(join(dir, 'lock.db'))
  try {
    lock.exec('pragma busy_timeout = 0')
    lock.exec('begin exclusive')
  } catch (thrown) {
    lock.close()
    if (!isBusy(thrown)) throw thrown
    const owner = readOwner(ownerFile)
    throw new ParleyError(
      'conflict',
      `DATA_DIR ${dir} is in use by another Parley${owner ? ` (process ${owner})` : ''}: ` +
        'stop that one, or give this one a DATA_DIR of its own.',
    )
  }
  writeFileSync(ownerFile, `${process.pid}\n`)
  let held = true
  return {
    release() {
      if (!held) return
      held = false
      rmSync(ownerFile, { force: true })
      lock.close()
    },
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === busy
}

function readOwner(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    // The owner writes it just after it took the lock.
    return undefined
  }
}
