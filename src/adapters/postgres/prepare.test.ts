import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { openDatabase } from './database.ts'
import { dumpSchema } from './dump.ts'
import { migrate } from './migrate.ts'
import { prepareDatabase } from './prepare.ts'

it('a first start begins with the database that was prepared: what the migrations make, and nothing in it', async () => {
  await Promise.all([prepareDatabase(silentLog), prepareDatabase(silentLog)])
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-test-prepared-'))
  const database = await openDatabase({ dataDir }, { log: silentLog })
  try {
    expect(await migrate(database)).toEqual([])
    expect(await dumpSchema(database.handle)).toBe(
      readFileSync(join(import.meta.dirname, '../../../schema.sql'), 'utf8'),
    )
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables
      where schemaname = 'public' and tablename not like 'kysely%'`.execute(database.handle)
    expect(rows).not.toEqual([])
    for (const { name } of rows) {
      const found = await sql`select * from ${sql.table(name)}`.execute(database.handle)
      expect({ [name]: found.rows }).toEqual({ [name]: [] })
    }
  } finally {
    await database.close()
    rmSync(dataDir, { recursive: true })
  }
})
