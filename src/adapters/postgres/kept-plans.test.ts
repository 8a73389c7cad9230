import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createStatementNames } from './kept-plans.ts'
import { onPostgres } from './testing/databases.ts'

const often = 12

function namesOf(text: string): readonly (string | undefined)[] {
  const nameOf = createStatementNames()
  return Array.from({ length: often }, () => nameOf(text))
}

it('names what is said often, always the same, and nothing else', () => {
  const nameOf = createStatementNames()
  const names = Array.from({ length: often }, () => nameOf('select "id" from "turns" where "id" = $1'))
  expect(names[0]).toBeUndefined()
  expect(names.at(-1)).toMatch(/^[\w-]{22}$/)
  expect(new Set(names.slice(-3)).size).toBe(1)
  expect(nameOf('select "id" from "turns" where "id" in ($1, $2)')).toBeUndefined()
})

it('names no statement that gives whatever columns there are, and no search', () => {
  const named = [
    'select * from "turns" where "id" = $1',
    'select "turns".* from "turns"',
    'select 1 as one, * from "turns"',
    'insert into "turns" ("id") values ($1) returning *',
    'select id from messages where search @@ to_tsquery($1)',
  ].filter(text => namesOf(text).some(name => name !== undefined))
  expect(named).toEqual([])
  expect(namesOf('select count(*), $1::int * 2 from "turns"').at(-1)).toBeDefined()
})

it('gives out a bounded number of names, however many texts are said', () => {
  const nameOf = createStatementNames()
  const named = new Set<string>()
  for (let text = 0; text < 2_000; text += 1)
    for (let times = 0; times < often; times += 1) named.add(nameOf(`select ${text}`) ?? '')
  expect(named.size).toBeLessThan(300)
})

onPostgres('a connection', open => {
  it('keeps what it is often asked, and gives the same while another Parley adds a column', async () => {
    const { database } = await open()
    const named = () =>
      database.handle.selectFrom('dialogues').select(['id', 'title']).where('title', '=', 'never said')
    const whole = () => database.handle.selectFrom('dialogues').selectAll().limit(1)
    await database.atomically(async handle => {
      for (let times = 0; times < often; times += 1) {
        await handle.executeQuery(named())
        await handle.executeQuery(whole())
      }
      const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
        handle,
      )
      expect(rows.map(({ statement }) => statement)).toContain(named().compile().sql)
      await sql`alter table dialogues add column more int`.execute(handle)
      await handle.executeQuery(named())
      await handle.executeQuery(whole())
    })
  })

  it('is left when a column changes under what it keeps: one statement fails, the next does not', async () => {
    const { database } = await open()
    const named = () => database.handle.selectFrom('quota_warnings').select('warned_at').limit(1).execute()
    for (let times = 0; times < often; times += 1) await named()
    await sql`alter table quota_warnings alter column warned_at type timestamptz(3)`.execute(database.handle)
    await sql`alter table quota_warnings alter column warned_at type text using warned_at::text`.execute(
      database.handle,
    )
    await expect(named()).rejects.toMatchObject({ code: '0A000' })
    expect(await named()).toEqual([])
  })
})
