import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ParleyError } from './core/errors.ts'

/** What SECRET_KEY asks of a key, the one in DATA_DIR too. */
const minBytes = 32

/**
 * The keys that were told, or the one kept in `dataDir`, made at the first start for its owner's eyes alone. Throws
 * `invalid` when the one there is no key or cannot be had. `dataDir` is held by this process alone by then.
 */
export function readSecretKeys(told: readonly string[] | undefined, dataDir: string): readonly string[] {
  if (told) return told
  const path = join(dataDir, 'secret.key')
  try {
    const key = readOrMake(path)
    if (Buffer.byteLength(key) >= minBytes) return [key]
  } catch (cause) {
    throw new ParleyError('invalid', `The key in DATA_DIR, ${path}, cannot be read or made.`, { cause })
  }
  throw new ParleyError(
    'invalid',
    `The key in DATA_DIR, ${path}, is damaged: put it back from a backup, or delete it, and everyone signs in anew.`,
  )
}

function readOrMake(path: string): string {
  try {
    const made = randomBytes(48).toString('base64url')
    writeFileSync(path, `${made}\n`, { flag: 'wx', mode: 0o600, flush: true })
    return made
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
    return readFileSync(path, 'utf8').trim()
  }
}
