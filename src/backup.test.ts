import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as letOthers } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, expect, it } from 'vitest'
import { serveAdmin } from './admin-socket.ts'
import { openDatabase } from './adapters/postgres/database.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import type { Console } from './core/console.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { readSecretKeys } from './secret-key.ts'

/** The commands as somebody types them, on an embedded database of their own. */

const root = mkdtempSync(join(tmpdir(), 'parley-backup-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const backup = (verb: string, directory: string, dataDir: string, env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'backup.ts'), verb, directory],
    { cwd: root, env: { PATH: process.env['PATH'], DATA_DIR: dataDir, ...env }, encoding: 'utf8' },
  )
  return { status, said: stdout + stderr }
}

async function withData<T>(dataDir: string, work: (read: () => Promise<unknown>) => Promise<T>): Promise<T> {
  const database = await openDatabase({ dataDir }, { log: silentLog })
  try {
    await migrate(database)
    return await work(async () => (await sql`select text from notes`.execute(database.handle)).rows)
  } finally {
    await database.close()
  }
}

it('what was backed up is there again after a restore, key and all; nothing is ever overwritten', async () => {
  const [old, fresh, kept] = [join(root, 'old'), join(root, 'fresh'), join(root, 'kept')]
  const database = await openDatabase({ dataDir: old }, { log: silentLog })
  await migrate(database)
  await sql`create table notes as select 'low at noon' as text`.execute(database.handle)
  const [key] = readSecretKeys(undefined, old)
  const refused = backup('backup', kept, old)
  expect(refused).toMatchObject({ status: 1, said: expect.stringContaining('in use by another Parley') })
  await database.close()

  expect(backup('backup', kept, old)).toMatchObject({ status: 0 })
  expect(statSync(join(kept, 'database.tar.gz')).mode & 0o077).toBe(0)
  expect(backup('backup', kept, old)).toEqual({
    status: 1,
    said: `parley: ${kept} holds a backup already: name a new directory.\n`,
  })
  writeFileSync(join(root, 'file'), '')
  expect(backup('backup', join(root, 'file', 'inside'), old)).toEqual({
    status: 1,
    said: `parley: ${join(root, 'file', 'inside')} cannot be written (ENOTDIR).\n`,
  })
  expect(backup('restore', kept, old)).toMatchObject({
    status: 1,
    said: expect.stringContaining('holds a database already'),
  })
  expect(backup('restore', kept, fresh)).toMatchObject({ status: 0 })
  expect(await withData(fresh, read => read())).toEqual([{ text: 'low at noon' }])
  expect(readFileSync(join(fresh, 'secret.key'), 'utf8').trim()).toBe(key)

  const [broken, empty] = [join(root, 'broken'), join(root, 'empty')]
  expect(backup('backup', broken, fresh)).toMatchObject({ status: 0 })
  truncateSync(join(broken, 'database.tar.gz'), 100_000)
  expect(backup('restore', broken, empty)).toMatchObject({
    status: 1,
    said: expect.stringContaining('no whole backup'),
  })
  expect(backup('restore', kept, empty)).toMatchObject({ status: 0 })
}, 150_000)

it('a database that is written to meanwhile is backed up as it was at one moment', async () => {
  const [busy, copy, kept] = [join(root, 'busy'), join(root, 'copy'), join(root, 'kept-busy')]
  const database = await openDatabase({ dataDir: busy }, { log: silentLog })
  await migrate(database)
  await sql`create table notes as select 0 as text`.execute(database.handle)
  const stop = await serveAdmin(
    busy,
    { over: {} as Console, backUp: directory => database.backUp(directory) },
    silentLog,
  )
  const env = { PATH: process.env['PATH'], DATA_DIR: busy }
  const asking = spawn(process.execPath, [join(import.meta.dirname, 'backup.ts'), 'backup', kept], { env })
  const ended = once(asking, 'exit')
  let written = 0
  let over = false
  void ended.then(() => (over = true))
  while (!over) {
    const next = written + 1
    await database.atomically(async handle => {
      await sql`insert into notes values (${next}::int)`.execute(handle)
      await sql`insert into notes values (${-next}::int)`.execute(handle)
    })
    written = next
    // The engine never leaves this turn of the loop by itself, in which nobody else is heard.
    await letOthers()
  }
  expect(await ended).toEqual([0, null])
  await stop()
  await database.close()
  expect(backup('restore', kept, copy)).toMatchObject({ status: 0 })
  const rows = (await withData(copy, read => read())) as readonly { readonly text: number }[]
  const last = Math.max(...rows.map(({ text }) => text))
  expect(last).toBeGreaterThan(0)
  expect(last).toBeLessThanOrEqual(written)
  // All up to one moment, each transaction whole.
  expect(rows.length).toBe(2 * last + 1)
}, 150_000)

it('says what is wrong with what was asked', () => {
  expect(backup('backup', join(root, 'x'), join(root, 'nowhere')).said).toContain(
    'holds no embedded database',
  )
  expect(backup('restore', join(root, 'x'), join(root, 'nowhere')).said).toContain('holds no database.tar.gz')
  const url = { DATABASE_URL: 'postgres://db.example/parley', SECRET_KEY: 'k'.repeat(40) }
  expect(backup('backup', join(root, 'x'), root, url).said).toContain('pg_dump')
})
