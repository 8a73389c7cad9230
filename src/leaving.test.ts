import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { type ParleyProcess, startProcess } from './testing/parley-process.ts'

/** A process that is asked to leave under load, beside another on the same PostgreSQL: how one upgrades. */

let database: TestPostgres
let house: Household
let old: ParleyProcess
let young: ParleyProcess

beforeAll(async () => {
  database = await startTestPostgres()
  house = await openHousehold({ databaseUrl: database.url })
  old = startProcess(house.env)
  await old.up
})

afterAll(async () => {
  for (const parley of [old, young]) parley.kill('SIGKILL')
  await Promise.all([old, young].map(parley => parley.ended))
  await house.close()
  await database.drop()
})

const answer = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')
const eventually = { timeout: 60_000, interval: 100 }

it('with 50 answers under way it ends with 0, and the other finishes each of them once', async () => {
  const { model } = house.sandbox
  model.script({ text: answer }, 200)
  model.hold(20)
  const asked = Array.from({ length: 50 }, (_, index) => {
    const room = index % 2 === 0 ? house.slack : house.discord
    return { room, root: room.say(`@Parley question ${index}`) }
  })
  await expect.poll(() => model.requests.length, eventually).toBeGreaterThanOrEqual(asked.length)
  young = startProcess(house.env)
  await young.up
  old.kill('SIGTERM')
  expect(await old.ended).toBe(0)
  model.release()
  for (const { room, root } of asked) await expect.poll(() => room.texts(root), eventually).toEqual([answer])
  const late = house.slack.say('@Parley who is there?')
  await expect.poll(() => house.slack.texts(late), eventually).toEqual([answer])
  for (const { room, root } of asked) expect(room.texts(root)).toEqual([answer])
}, 180_000)
