import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../core/testing/silent-log.ts'
import { type Database, openDatabase } from './database.ts'
import { dumpSchema } from './dump.ts'
import { runMigrate } from './migrate-cli.ts'
import { migrate, migrations } from './migrate.ts'
import { onEveryEngine, startTestPostgres } from './testing/databases.ts'

const root = join(import.meta.dirname, '../../..')

describe('the migrations', () => {
  const opened: Database[] = []
  const open = async (url: string) => {
    const database = await openDatabase({ url }, { log: silentLog })
    opened.push(database)
    return database
  }
  afterAll(async () => {
    for (const database of opened) await database.close()
  })

  it('are all on the list, dated, and in order', () => {
    const files = readdirSync(join(root, 'migrations')).filter(name => !name.endsWith('.test.ts'))
    expect(files.map(name => name.replace(/\.ts$/, '')).toSorted()).toEqual(Object.keys(migrations))
    for (const name of Object.keys(migrations)) expect(name).toMatch(/^20\d{6}_\d{2}_[a-z_]+$/)
  })

  it('can be started by twenty processes at once', async () => {
    const { url } = await startTestPostgres({ migrated: false })
    const databases = await Promise.all(Array.from({ length: 20 }, () => open(url)))
    const ran = await Promise.all(databases.map(database => migrate(database)))
    expect(ran.flat()).toEqual(Object.keys(migrations))
    for (const database of opened.splice(0)) await database.close()
  })

  it('change nothing when one of them fails', async () => {
    const { url } = await startTestPostgres({ migrated: false })
    const database = await open(url)
    const broken = { up: () => Promise.reject(new Error('no such luck')) }
    const failing = migrate(database, { ...migrations, '20991231_01_broken': broken })
    await expect(failing).rejects.toMatchObject({
      code: 'internal',
      message: 'The migration 20991231_01_broken failed; nothing was changed.',
    })
    expect(await dumpSchema(database.handle)).not.toContain('create table dialogues')
    expect(await migrate(database)).toEqual(Object.keys(migrations))
  })

  it('refuse a database of a newer Parley', async () => {
    const { url } = await startTestPostgres()
    const database = await open(url)
    await sql`insert into kysely_migration values ('20991231_01_future', '2099-12-31T00:00:00Z')`.execute(
      database.handle,
    )
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^The database is of a newer Parley \(it has 20991231_01_future\): .+\.$/,
      ),
    })
  })

  it('are run by a command that says what it did', async () => {
    const { url } = await startTestPostgres({ migrated: false })
    const lines: string[] = []
    const terminal = {
      out: (line: string) => lines.push(line),
      err: (line: string) => lines.push(`! ${line}`),
    }
    expect(await runMigrate({ url }, terminal, silentLog)).toBe(0)
    expect(await runMigrate({ url }, terminal, silentLog)).toBe(0)
    expect(await runMigrate({ url: 'nowhere' }, terminal, silentLog)).toBe(1)
    expect(lines).toEqual([
      ...Object.keys(migrations),
      'The database was brought up to date.',
      'The database is up to date.',
      '! parley: DATABASE_URL must look like postgres://user:password@host:5432/name.',
    ])
  })
})

onEveryEngine('schema.sql', open => {
  it('is what the migrations make', async () => {
    const { database } = await open()
    const written = readFileSync(join(root, 'schema.sql'), 'utf8')
    expect(await dumpSchema(database.handle), 'run npm run db:dump').toBe(written)
  })
})
